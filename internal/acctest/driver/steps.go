// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource/query"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/zclconf/go-cty/cty"
)

var errUnknownField = errors.New("the step uses a field that the driver does not support: run it on a CLI")

// Test runs the steps of a test case, destroys the resources and calls CheckDestroy, like terraform-plugin-testing with a CLI.
// Unlike terraform-plugin-testing, it ignores version checks.
func Test(t *testing.T, test resource.TestCase) {
	t.Helper()
	d := New(t, test.ProtoV6ProviderFactories)
	defer func() {
		t.Helper()
		if d.Empty() {
			return
		}
		if err := d.destroyAtEnd(); err != nil {
			t.Fatalf("Error running post-test destroy: %s", err)
		}
		if test.CheckDestroy != nil {
			if err := test.CheckDestroy(d.shimmed()); err != nil {
				t.Fatal(err)
			}
		}
	}()
	for i, step := range test.Steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}
		at := fmt.Sprintf("Step %d/%d", i+1, len(test.Steps))
		err := d.step(t, step)
		switch {
		case step.ExpectError == nil && err != nil:
			t.Fatalf("%s: %s", at, err)
		case step.ExpectError != nil && err == nil:
			t.Fatalf("%s: expected an error but got none", at)
		case step.ExpectError != nil && !step.ExpectError.MatchString(err.Error()):
			t.Fatalf("%s: expected an error with pattern (%s), no match on: %s", at, step.ExpectError, err)
		}
	}
}

// destroyAtEnd destroys all resources without a refresh, like terraform-plugin-testing.
func (d *Driver) destroyAtEnd() error {
	planned := d.Plan(Options{Destroy: true, NoRefresh: true})
	if err := planned.Err(); err != nil {
		return err
	}
	return d.ApplyPlan(planned.Plan).Err()
}

func (d *Driver) step(t *testing.T, step resource.TestStep) error {
	t.Helper()
	switch {
	case step.Query:
		messages, result := d.Query(step.Config)
		if err := result.Err(); err != nil {
			return err
		}
		return query.RunQueryChecks(t.Context(), t, messages, step.QueryResultChecks)
	case step.ImportState:
		return d.importStep(step)
	}
	d.Config = step.Config
	checks := step.ConfigPlanChecks
	if step.RefreshState || checks.PostApplyPreRefresh != nil || checks.PostApplyPostRefresh != nil || step.ConfigDirectory != nil || step.ConfigFile != nil || step.ConfigVariables != nil {
		return errUnknownField
	}
	for _, address := range step.Taint {
		if d.state[address] == nil {
			return fmt.Errorf("the state has no %s to taint", address)
		}
		d.state[address].tainted = true
	}
	options := Options{Destroy: step.Destroy}
	if !step.PlanOnly {
		if err := d.applyStep(t.Context(), step, options); err != nil {
			return err
		}
	}
	if err := d.emptyStep(step, options); err != nil {
		return err
	}
	if step.PostApplyFunc != nil {
		step.PostApplyFunc()
	}
	return nil
}

func (d *Driver) applyStep(ctx context.Context, step resource.TestStep, options Options) error {
	planned := d.Plan(options)
	if err := planned.Err(); err != nil {
		return fmt.Errorf("pre-apply plan: %w", err)
	}
	if err := checkPlan(ctx, planned.Plan.JSON(), step.ConfigPlanChecks.PreApply); err != nil {
		return fmt.Errorf("pre-apply plan checks failed:\n%w", err)
	}
	if err := d.ApplyPlan(planned.Plan).Err(); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	if step.Check != nil {
		if err := step.Check(d.shimmed()); err != nil {
			return fmt.Errorf("check failed: %w", err)
		}
	}
	var faults []error
	for _, check := range step.ConfigStateChecks {
		resp := statecheck.CheckStateResponse{}
		check.CheckState(ctx, statecheck.CheckStateRequest{State: d.State()}, &resp)
		faults = append(faults, resp.Error)
	}
	return errors.Join(faults...)
}

// emptyStep checks that the plan is empty, without and with a refresh.
func (d *Driver) emptyStep(step resource.TestStep, options Options) error {
	for _, noRefresh := range []bool{true, false} {
		options.NoRefresh = noRefresh
		planned := d.Plan(options)
		if err := planned.Err(); err != nil {
			return fmt.Errorf("post-apply plan: %w", err)
		}
		empty := planned.Plan.Empty()
		if !empty && !step.ExpectNonEmptyPlan {
			return fmt.Errorf("after the step, the plan is not empty (refreshed: %t):\n%s", !noRefresh, planned.Plan)
		}
		if empty && step.ExpectNonEmptyPlan && !noRefresh {
			return errors.New("expected a non-empty plan, but got an empty plan")
		}
	}
	return nil
}

func checkPlan(ctx context.Context, plan *tfjson.Plan, checks []plancheck.PlanCheck) error {
	var faults []error
	for _, check := range checks {
		resp := plancheck.CheckPlanResponse{}
		check.CheckPlan(ctx, plancheck.CheckPlanRequest{Plan: plan}, &resp)
		faults = append(faults, resp.Error)
	}
	return errors.Join(faults...)
}

// importStep imports an object of the state into another working directory.
func (d *Driver) importStep(step resource.TestStep) error {
	if step.GenerateConfig || step.ImportPlanChecks.PreApply != nil || step.ImportStateIdPrefix != "" || step.ExpectNonEmptyPlan || step.ImportStateCheck != nil || step.ImportStateIdFunc != nil || step.ImportStatePersist ||
		step.ImportStateConfigExact || step.ImportStateVerifyIdentifierAttribute != "" {
		return errUnknownField
	}
	address := step.ResourceName
	other := New(d.t, d.factories)
	other.Config = d.Config
	if step.Config != "" {
		other.Config = step.Config
	}
	o := d.state[address]
	id := step.ImportStateId
	if id == "" && o != nil && o.value.Type().HasAttribute("id") {
		id = o.value.GetAttr("id").AsString()
	}
	if step.ImportStateKind == resource.ImportCommandWithID {
		if err := other.Import(address, id).Err(); err != nil || !step.ImportStateVerify {
			return err
		}
		return d.sameAs(other.state[address], step.ImportStateVerifyIgnore)
	}
	for key, object := range d.state {
		if key != address {
			other.state[key] = object
		}
	}
	by := fmt.Sprintf("id = %q", id)
	if step.ImportStateKind == resource.ImportBlockWithResourceIdentity {
		by = "identity = " + string(encodeJSON(plain(o.identity)))
	}
	other.Config += fmt.Sprintf("\nimport {\n  to = %s\n  %s\n}\n", address, by)
	planned := other.Plan(Options{})
	if err := planned.Err(); err != nil {
		return err
	}
	for _, c := range planned.Plan.JSON().ResourceChanges {
		if c.Address != address {
			continue
		}
		if c.Change.Importing == nil || !c.Change.Actions.NoOp() {
			return fmt.Errorf("importing resource %s: expected a no-op import, got %v", address, c.Change.Actions)
		}
		if o != nil && o.identity != cty.NilVal && fmt.Sprint(c.Change.AfterIdentity) != fmt.Sprint(plain(o.identity)) {
			return fmt.Errorf("importing resource %s: expected identity values %v, got %v", address, plain(o.identity), c.Change.AfterIdentity)
		}
		return nil
	}
	return fmt.Errorf("importing resource %s: expected a resource change, got none", address)
}

// sameAs checks that the imported object equals the object with the same id in the state. It ignores attributes whose names
// begin with a prefix in ignored.
func (d *Driver) sameAs(imported *object, ignored []string) error {
	i := slices.IndexFunc(sortedKeys(d.state), func(key string) bool {
		o := d.state[key]
		return o.typeName == imported.typeName && o.mode == imported.mode && o.value.GetAttr("id").RawEquals(imported.value.GetAttr("id"))
	})
	if i < 0 {
		return fmt.Errorf("the state has no resource with the imported ID %s", imported.value.GetAttr("id").AsString())
	}
	known := d.state[sortedKeys(d.state)[i]].value
	var different []string
	for name, v := range imported.value.AsValueMap() {
		was := known.GetAttr(name)
		empty := func(v cty.Value) bool {
			return v.IsNull() || v.CanIterateElements() && v.Type().IsCollectionType() && v.LengthInt() == 0
		}
		if v.RawEquals(was) || empty(v) && empty(was) || name == "timeouts" ||
			slices.ContainsFunc(ignored, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			continue
		}
		different = append(different, name)
	}
	if different != nil {
		slices.Sort(different)
		return fmt.Errorf("ImportStateVerify attributes not equivalent: %s", strings.Join(different, ", "))
	}
	return nil
}
