// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"time"
)

// The subjects of the comparison. Only egs, the provider itself, sends requests.
const (
	egs    = "egs"
	hollow = "hollow"
	stock  = "hollow-stock"
	random = "random"
)

// The resources of the cases. The subject random creates random_uuid instead.
const (
	apiKey      = "egs_api_key" //nolint:gosec // G101: a name, no credential.
	workspace   = "egs_workspace"
	gprTemplate = "egs_gpr_template"
	h2ogpteKey  = "egs_h2ogpte_api_key"
	gaiaKey     = "egs_gaia_api_key"
)

// arguments has the arguments of each resource, in HCL.
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

// setup describes a configuration, its state, and its service.
type setup struct {
	subject  string
	resource string
	count    int
	// local selects a local state file. Terraform writes a local state after each object, which hides the costs of the provider.
	// Otherwise, the state is on a stateServer. Terraform writes a remote state only every 20 s and at the end. The backend
	// "inmem" is not an alternative, since it does not keep the state between commands.
	local bool
	// latency is a pause before each response.
	latency time.Duration
	// unmanaged is the number of keys in EGS that Terraform does not manage.
	unmanaged int
}

// as returns the same setup for another subject, without latency and unmanaged keys: the other subjects send no requests.
func (s setup) as(subject string) setup {
	s.subject, s.latency, s.unmanaged = subject, 0, 0
	return s
}

const latency = 50 * time.Millisecond

// slow returns the same setup with latency.
func (s setup) slow() setup {
	s.latency = latency
	return s
}

// name returns the subject, with the settings that differ between the setups of a case.
func (s setup) name() string {
	name := s.subject
	if s.latency > 0 {
		name += fmt.Sprintf(", latency %d ms", s.latency.Milliseconds())
	}
	if s.unmanaged > 0 {
		name += fmt.Sprintf(", %s unmanaged keys", thousands(s.unmanaged))
	}
	return name
}

// configuration returns the Terraform configuration. url is the base URL of the stateServer.
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

// The Terraform commands that are measured.
const (
	apply   = "apply"
	plan    = "plan"
	destroy = "destroy"
)

// flags returns the flags of a Terraform command.
func flags(command string) []string {
	if command == plan {
		return []string{"-input=false", "-detailed-exitcode"} // A plan with changes fails: it has exit code 2.
	}
	return []string{"-input=false", "-auto-approve"}
}
