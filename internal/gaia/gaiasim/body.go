// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// readConfig returns the config in the body of a create or an update: {"config":{"permissions":"read",…}}. If the body is
// invalid, readConfig returns the error response.
func (s *Simulator) readConfig(c simulation.Call) (Config, *simulation.Reply) {
	var member []string
	body := c.ReadBody(func(string) simulation.Reply {
		return *s.invalid("value is not a valid dict", "type_error.dict", member...)
	})
	for _, name := range body.Unknown("config") {
		body.Refuse(*s.invalid("extra fields not permitted", "value_error.extra", name))
	}
	if !body.Has("config") {
		body.Refuse(*s.invalid("field required", "value_error.missing", "config"))
	}
	member = []string{"config"}
	config := simulation.Member[Config](body, "config", "an object")
	if refused := body.Refused(); refused != nil {
		return nil, refused
	}
	return *config, s.checkConfig(*config)
}

// checkConfig returns the error response to an invalid config, or nil.
func (s *Simulator) checkConfig(config Config) *simulation.Reply {
	if config["permissions"] == nil {
		return s.invalid("field required", "value_error.missing", "config", "permissions")
	}
	var permissions *string
	if json.Unmarshal(config["permissions"], &permissions) != nil || permissions == nil {
		return s.invalid("str type expected", "type_error.str", "config", "permissions")
	}
	if s.options.RefuseOtherPermissions && *permissions != "read" && *permissions != "write" {
		return s.invalid("value is not a valid enumeration member; permitted: 'read', 'write'", "type_error.enum",
			"config", "permissions")
	}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if s.options.RefuseFurtherMembers && name != "permissions" {
			return s.invalid("extra fields not permitted", "value_error.extra", "config", name)
		}
	}
	return nil
}
