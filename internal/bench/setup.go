// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"time"
)

// The subjects. Only the provider sends requests.
const (
	egs    = "egs"
	hollow = "hollow"
	stock  = "hollow-stock"
	random = "random"
)

// What is created. random_uuid takes the place of each.
const (
	apiKey      = "egs_api_key" //nolint:gosec // G101: a name, no credential.
	workspace   = "egs_workspace"
	gprTemplate = "egs_gpr_template"
	h2ogpteKey  = "egs_h2ogpte_api_key"
	gaiaKey     = "egs_gaia_api_key"
)

// arguments of the resources, which the provider and the hollow providers share.
var arguments = map[string]string{
	apiKey: `  name           = "key-${count.index}"
  role           = "Editor"
  workspace_name = "red"
  valid_until    = "2999-12-31"
`,
	workspace: `  name       = "team-${count.index}"
  clusters   = ["worker-1"]
  namespaces = ["team-${count.index}"]
  username   = "admin"
  email      = "admin@example.com"
`,
	gprTemplate: `  name           = "template-${count.index}"
  cluster_name   = "worker-1"
  gpu_shape      = "A100"
  instance_type  = "a2-highgpu-2g"
  memory_per_gpu = 40
  gpus_per_node  = 2
  gpu_nodes      = 1
  exit_duration  = "1h"
  priority       = 100
`,
	h2ogpteKey: `  username        = "alice"
  name            = "key-${count.index}"
  expires_in_days = 365
`,
	gaiaKey: "  permissions = \"read\"\n",
}

// setup is what a command is run on.
type setup struct {
	subject  string
	resource string
	count    int
	// local says that the state is in a local file, which Terraform writes after each object: that hides what the
	// provider costs. Otherwise it is on a server that keeps it in memory: Terraform writes a remote state every 20 s
	// and at the end. Its backend "inmem" would forget the state with each command.
	local   bool
	latency time.Duration
	// foreign is how many keys EGS holds beside ours.
	foreign int
}

// as is the setup of another subject, which has neither latency nor foreign keys.
func (s setup) as(subject string) setup {
	s.subject, s.latency, s.foreign = subject, 0, 0
	return s
}

// latency is a pause before each response.
const latency = 50 * time.Millisecond

func (s setup) slow() setup {
	s.latency = latency
	return s
}

// name is the subject, and how the setup differs from the others of its case.
func (s setup) name() string {
	name := s.subject
	if s.latency > 0 {
		name += fmt.Sprintf(", latency %d ms", s.latency.Milliseconds())
	}
	if s.foreign > 0 {
		name += fmt.Sprintf(", %s foreign keys", thousands(s.foreign))
	}
	return name
}

// configuration is a Terraform configuration of so many objects. The state server is at the URL.
func (s setup) configuration(url string) string {
	local, resource, content := egs, s.resource, arguments[s.resource]
	if s.subject == random {
		local, resource, content = random, "random_uuid", ""
	}
	settings := fmt.Sprintf("  required_providers {\n    %s = { source = \"bench/%s\" }\n  }\n", local, s.subject)
	if !s.local {
		settings += fmt.Sprintf("  backend \"http\" { address = \"%s/state\" }\n", url)
	}
	return fmt.Sprintf("terraform {\n%s}\n\nresource %q \"this\" {\n  count = %d\n%s}\n", settings, resource, s.count, content)
}

// The commands.
const (
	apply   = "apply"
	plan    = "plan"
	destroy = "destroy"
)

// flags are those of a command.
func flags(command string) []string {
	if command == plan {
		return []string{"-input=false", "-detailed-exitcode"} // An exit code of 2 says that something is to be changed.
	}
	return []string{"-input=false", "-auto-approve"}
}
