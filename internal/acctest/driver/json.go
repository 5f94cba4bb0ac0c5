// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/zclconf/go-cty/cty"
)

// JSON returns the plan in the format of `terraform show -json`.
func (p *Plan) JSON() *tfjson.Plan {
	out := &tfjson.Plan{FormatVersion: "1.2", TerraformVersion: terraformVersion, OutputChanges: map[string]*tfjson.Change{}}
	planned := state{}
	for _, key := range sortedKeys(p.changes) {
		c := p.changes[key]
		if c.mode == data && c.action == noOp {
			continue
		}
		entry := p.resourceChange(c)
		if strings.HasSuffix(key, deposedSuffix) {
			entry.DeposedKey = "deposed"
		}
		out.ResourceChanges = append(out.ResourceChanges, entry)
		if !c.value.IsNull() && c.action != forget {
			planned[key] = &c.object
		}
	}
	out.PlannedValues = stateValues(planned, p.outputs, p.schemas)
	for _, name := range slices.Concat(sortedKeys(p.outputs), sortedKeys(p.outputsBefore)) {
		out.OutputChanges[name] = outputChange(p.outputsBefore[name], p.outputs[name])
	}
	return out
}

func (p *Plan) resourceChange(c *change) *tfjson.ResourceChange {
	entry := &tfjson.ResourceChange{
		Address: c.address(), Mode: mode(c.mode), Type: c.typeName, Name: c.name, Index: index(c.key), ProviderName: c.provider,
		Change: &tfjson.Change{
			Actions: p.actions(c), After: plain(c.value), AfterUnknown: unknownMarks(c.value), ReplacePaths: c.replacePaths,
			AfterIdentity: plain(c.identity),
		},
	}
	if c.prior != nil {
		entry.Change.Before, entry.Change.BeforeIdentity = plain(c.prior.value), plain(c.prior.identity)
	}
	if c.importing != nil {
		entry.Change.Importing = &tfjson.Importing{ID: *c.importing}
	}
	schemas := p.schemas[providerName(c.provider)].ResourceSchemas[c.typeName]
	if c.mode == managed && schemas != nil && !c.value.IsNull() {
		entry.Change.AfterSensitive = sensitiveMarks(c.value, schemas.Block.Attributes)
	}
	return entry
}

func (p *Plan) actions(c *change) tfjson.Actions {
	if c.action != replace {
		return tfjson.Actions{tfjson.Action(c.action)}
	}
	if r := p.configuration.resources[c.resource]; r != nil && r.createBeforeDestroy {
		return tfjson.Actions{tfjson.ActionCreate, tfjson.ActionDelete}
	}
	return tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}
}

func outputChange(before, after cty.Value) *tfjson.Change {
	out := &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionUpdate}, Before: plain(before), After: plain(after)}
	switch {
	case before == cty.NilVal:
		out.Actions[0] = tfjson.ActionCreate
	case after == cty.NilVal:
		out.Actions[0] = tfjson.ActionDelete
	case before.RawEquals(after):
		out.Actions[0] = tfjson.ActionNoop
	}
	if after != cty.NilVal {
		out.AfterUnknown = unknownMarks(after)
	}
	return out
}

// Empty reports whether the plan has no changes.
func (p *Plan) Empty() bool {
	out := p.JSON()
	for _, c := range out.ResourceChanges {
		if c.Mode == tfjson.ManagedResourceMode && !c.Change.Actions.NoOp() {
			return false
		}
	}
	for _, c := range out.OutputChanges {
		if !c.Actions.NoOp() {
			return false
		}
	}
	return true
}

// String returns the planned actions, one line for each instance.
func (p *Plan) String() string {
	var lines []string
	for _, c := range p.JSON().ResourceChanges {
		if c.Change.Actions.NoOp() {
			continue
		}
		actions := make([]string, len(c.Change.Actions))
		for i, a := range c.Change.Actions {
			actions[i] = string(a)
		}
		lines = append(lines, c.Address+": "+strings.Join(actions, ", "))
	}
	return strings.Join(lines, "\n")
}

// State returns the state in the format of `terraform show -json`.
func (d *Driver) State() *tfjson.State {
	return &tfjson.State{FormatVersion: "1.0", TerraformVersion: terraformVersion, Values: stateValues(d.state, d.outputs, d.schemas)}
}

// shimmed returns the state in the format that a TestCheckFunc receives. The result omits collections.
func (d *Driver) shimmed() *terraform.State {
	out := &terraform.State{Modules: []*terraform.ModuleState{{Path: []string{"root"}, Resources: map[string]*terraform.ResourceState{}}}}
	for _, entry := range d.State().Values.RootModule.Resources {
		attributes := map[string]string{}
		for name, v := range entry.AttributeValues {
			switch v.(type) {
			case string, bool, json.Number:
				attributes[name] = fmt.Sprint(v)
			}
		}
		address := entry.Address
		if entry.Mode == tfjson.ManagedResourceMode { // Addresses in this format have no brackets.
			address = strings.NewReplacer("[", ".", "]", "", `"`, "").Replace(address)
		}
		out.RootModule().Resources[address] = &terraform.ResourceState{
			Type: entry.Type, Provider: entry.ProviderName, Primary: &terraform.InstanceState{ID: attributes["id"], Attributes: attributes},
		}
	}
	return out
}

func stateValues(of state, outputs map[string]cty.Value, all map[string]*schemas) *tfjson.StateValues {
	out := &tfjson.StateValues{Outputs: map[string]*tfjson.StateOutput{}, RootModule: &tfjson.StateModule{}}
	for name, v := range outputs {
		out.Outputs[name] = &tfjson.StateOutput{Value: plain(v), Type: v.Type()}
	}
	for _, key := range sortedKeys(of) {
		o := of[key]
		entry := &tfjson.StateResource{
			Address: o.address(), Mode: mode(o.mode), Type: o.typeName, Name: o.name, Index: index(o.key), ProviderName: o.provider,
			SchemaVersion: uint64(o.version), DependsOn: slices.Clone(o.dependsOn), Tainted: o.tainted, //nolint:gosec // G115: versions are small.
		}
		if key != o.address() {
			entry.DeposedKey = "deposed"
		}
		entry.AttributeValues, _ = plain(o.value).(map[string]any)
		if entry.IdentityValues, _ = plain(o.identity).(map[string]any); entry.IdentityValues != nil {
			entry.IdentitySchemaVersion = new(uint64)
		}
		if s := all[providerName(o.provider)]; s != nil {
			schema := s.ResourceSchemas[o.typeName]
			if o.mode == data {
				schema = s.DataSourceSchemas[o.typeName]
			}
			entry.SensitiveValues = encodeJSON(sensitiveMarks(o.value, schema.Block.Attributes))
		}
		out.RootModule.Resources = append(out.RootModule.Resources, entry)
	}
	return out
}

func mode(m string) tfjson.ResourceMode {
	if m == data {
		return tfjson.DataResourceMode
	}
	return tfjson.ManagedResourceMode
}

func index(key cty.Value) any {
	if key == cty.NilVal {
		return nil
	}
	return plain(key)
}

func providerName(address string) string {
	name, _, _ := strings.Cut(address, ".")
	return name
}
