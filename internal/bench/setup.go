// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"time"
)

// These are the subjects of the comparison: the providers that are measured. Only the subject egs, this provider, sends requests.
const (
	egs    = "egs"
	hollow = "hollow"
	stock  = "hollow-stock"
	random = "random"
)

// These are the resource types that are measured. If the subject is random, the resource type is random_uuid instead.
const (
	apiKey      = "egs_api_key" //nolint:gosec // G101: a resource type, not a credential.
	workspace   = "egs_workspace"
	gprTemplate = "egs_gpr_template"
	h2ogpteKey  = "egs_h2ogpte_api_key"
	gaiaKey     = "egs_gaia_api_key"
)

// arguments contains, for each resource type, the arguments of a resource block in HCL.
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

// setup describes a Terraform configuration, where its state is stored, and how the service behaves.
type setup struct {
	subject  string
	resource string
	count    int
	// local is true if the state is a local file. Terraform writes a local state after each object. This takes so long that it
	// hides the costs of the provider. If local is false, the state is on a stateServer. Terraform writes a remote state only
	// every 20 s and at the end. The backend "inmem" is not used, since it does not keep the state between commands.
	local bool
	// latency is the pause of the service before each response.
	latency time.Duration
	// unmanaged is the number of keys in EGS that Terraform does not manage.
	unmanaged int
}

// as returns the setup for a subject other than egs. It sets latency and unmanaged to 0, since these subjects send no requests.
func (s setup) as(subject string) setup {
	s.subject, s.latency, s.unmanaged = subject, 0, 0
	return s
}

const latency = 50 * time.Millisecond

func (s setup) slow() setup {
	s.latency = latency
	return s
}

// name returns the name of the subject, followed by the latency and the number of unmanaged keys if they are not 0.
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

// configuration returns the Terraform configuration. The parameter url is the base URL of the stateServer.
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

func flags(command string) []string {
	if command == plan {
		return []string{"-input=false", "-detailed-exitcode"} // If the plan has changes, the exit code is 2, and the run fails.
	}
	return []string{"-input=false", "-auto-approve"}
}
