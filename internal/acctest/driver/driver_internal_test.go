// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

const (
	one = "resource \"stub_thing\" \"a\" {\n  name = \"a\"\n}\n"
	// The resource in the constant two refers to the resource in the constant one.
	two = "resource \"stub_thing\" \"b\" {\n  name = \"b\"\n  note = stub_thing.a.id\n}\n"
)

// with returns the configuration of a stub_thing.a with the arguments.
func with(arguments string) string { return "resource \"stub_thing\" \"a\" {\n" + arguments + "\n}\n" }

// withUnknown adds a resource terraform_data.new, whose computed attributes are unknown until it is created.
func withUnknown(config string) string {
	return "resource \"terraform_data\" \"new\" {\n  input = \"x\"\n}\n" + config
}

func TestDriver_refuses(t *testing.T) {
	t.Parallel()
	none := cty.NullVal(cty.Number)
	part := func(kind string, count cty.Value) cty.Value {
		return cty.ObjectVal(values{"kind": cty.StringVal(kind), "count": count})
	}
	unknownID := func(values) values { return values{"id": cty.UnknownVal(cty.String)} }
	for name, test := range map[string]struct {
		faults faults
		// The field before is a configuration that the test applies without faults. Then the test applies config with the faults.
		before, config, want string
	}{
		"planned value differs from the configuration": {
			faults: plans("note", cty.StringVal("other")),
			config: with(`name = "a"` + "\n" + `note = "mine"`), want: "Provider produced invalid plan",
		},
		"planned value of an attribute that is neither configured nor computed": {
			faults: plans("note", cty.StringVal("invented")),
			config: one, want: "note: the plan has a value for an attribute that is neither configured nor computed",
		},
		"configured value planned as unknown": {
			faults: plans("size", cty.UnknownVal(cty.Number)),
			config: with("name = \"a\"\nsize = 2"), want: "Provider produced invalid plan",
		},
		"configured value planned as null": {
			faults: plans("note", cty.NullVal(cty.String)),
			config: with("name = \"a\"\nnote = \"mine\""), want: "Provider produced invalid plan",
		},
		"planned element that is not configured": {
			faults: plans("parts", cty.SetVal([]cty.Value{part("y", none)})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\" }]"), want: "parts: a planned element is not configured",
		},
		"planned write-only value": {
			faults: faults{planned: func(config, _, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				planned["password"] = config["password"]
			}},
			config: with("name = \"a\"\npassword = \"hunter2\""), want: "password: the plan has a value for a write-only attribute",
		},
		"replacement for a path that does not exist": {
			faults: faults{planned: func(_, prior, _ values, resp *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil {
					resp.RequiresReplace = paths("nowhere")
				}
			}},
			before: one, config: with("name = \"a\"\nnote = \"new\""), want: "Provider produced invalid plan",
		},
		"prior value kept for an unknown configured value": {
			faults: faults{planned: func(_, prior, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil && !planned["note"].IsKnown() {
					planned["note"] = prior["note"]
				}
			}},
			before: with("name = \"a\"\nnote = \"old\""), config: withUnknown(with("name = \"a\"\nnote = \"${terraform_data.new.id}\"")), want: "Provider produced inconsistent final plan",
		},
		"different action in the final plan": {
			faults: faults{planned: func(_, prior, planned values, resp *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil && planned["note"].IsKnown() {
					resp.RequiresReplace = paths("note")
				} else {
					resp.RequiresReplace = nil
				}
			}},
			before: with("name = \"a\"\nnote = \"old\""), config: withUnknown(with("name = \"a\"\nnote = \"${terraform_data.new.output}\"")),
			want: "The planned action changed from update to replace.",
		},
		"result differs from the plan": {
			faults: applies("name", cty.StringVal("b")), config: one, want: "Provider produced inconsistent result after apply",
		},
		"result with a missing map element": {
			faults: applies("labels", cty.MapVal(values{"a": cty.StringVal("1")})),
			config: with("name = \"a\"\nlabels = { a = \"1\", b = \"2\" }"), want: ".labels: 2 elements were planned, and the result has 1",
		},
		"result with a different set element": {
			faults: applies("parts", cty.SetVal([]cty.Value{part("x", cty.NumberIntVal(2))})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\", count = 1 }]"), want: ".parts: a planned element is missing",
		},
		"result with an unknown value": {
			faults: applies("size", cty.UnknownVal(cty.Number)), config: one, want: "The result is not wholly known.",
		},
		"null result": {
			faults: faults{applied: func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.NewState = dynamic(nil)
			}},
			config: one, want: "Provider produced inconsistent result after apply",
		},
		"missing identity": {
			faults: faults{identity: func(values) values { return nil }},
			config: one, want: "Provider produced invalid identity",
		},
		"unknown identity": {
			faults: faults{identity: unknownID},
			config: one, want: "The identity is not wholly known.",
		},
		"refresh with an unknown value": {
			faults: reads("size", cty.UnknownVal(cty.Number)),
			before: one, config: one, want: "The result of a refresh is not wholly known.",
		},
		"refresh with a write-only value": {
			faults: reads("password", cty.StringVal("hunter2")),
			before: one, config: one, want: "password: a write-only attribute has a value",
		},
		"destroy with a result": {
			faults: faults{applied: func(result values, resp *tfprotov6.ApplyResourceChangeResponse) {
				if result == nil {
					resp.NewState = dynamic(bare("id-1"))
				}
			}},
			before: one, config: "", want: "The object still exists after a destroy.",
		},
		"planned block that is not configured": {
			faults: faults{planned: func(_, prior, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil {
					planned["limits"] = prior["limits"]
				}
			}},
			before: with("name = \"a\"\nlimits {\n  max = 1\n}"), config: one, want: "limits.only one of plan and configuration is null",
		},
		"unknown identity of an update": {
			faults: faults{identity: unknownID, readings: func(_ values, resp *tfprotov6.ReadResourceResponse) {
				resp.NewIdentity = identityData(cty.ObjectVal(values{"id": cty.StringVal("id-1")}), typeOf(thingIdentity.ValueType()))
			}},
			before: one, config: with("name = \"a\"\nnote = \"new\""), want: "The planned identity of an update is not wholly known.",
		},
		"result with more set elements than planned": {
			faults: applies("parts", cty.SetVal([]cty.Value{part("x", none), part("y", none)})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\" }]"), want: ".parts: 1 elements were planned, and the result has 2",
		},
		"refresh with a nested write-only value": {
			faults: reads("access", cty.ObjectVal(values{"token": cty.StringVal("hunter2")})),
			before: one, config: one, want: "token: a write-only attribute has a value",
		},
		"deferred plan": {
			faults: faults{planned: func(_, _, _ values, resp *tfprotov6.PlanResourceChangeResponse) {
				resp.Deferred = &tfprotov6.Deferred{Reason: tfprotov6.DeferredReasonAbsentPrereq}
			}},
			config: one, want: "Invalid deferred response from provider",
		},
		"deferred refresh": {
			faults: faults{readings: func(_ values, resp *tfprotov6.ReadResourceResponse) {
				resp.Deferred = &tfprotov6.Deferred{Reason: tfprotov6.DeferredReasonAbsentPrereq}
			}},
			before: one, config: one, want: "Invalid deferred response from provider",
		},
		"precondition": {config: "output \"o\" {\n  value = 1\n  precondition {\n    condition     = true\n    error_message = \"No.\"\n  }\n}\n", want: "the driver does not support conditions"},
		"cycle": {
			config: "resource \"stub_thing\" \"a\" {\n  name = stub_thing.b.id\n}\nresource \"stub_thing\" \"b\" {\n  name = stub_thing.a.id\n}\n", want: "Cycle: ",
		},
		"unsupported argument": {config: with("name = \"a\"\nweight = 7"), want: "Unsupported argument"},
		"missing argument":     {config: with(""), want: "Missing required argument"},
		"check block":          {config: "check \"c\" {}\n", want: "the driver does not support check blocks"},
		"locals":               {config: "locals {\n  a = 1\n}\n", want: "the driver does not support locals blocks"},
		"for_each":             {config: with("name     = \"a\"\nfor_each = {}"), want: "Unsupported argument"},
		"ignore_changes":       {config: with("name = \"a\"\nlifecycle {\n  ignore_changes = [note]\n}"), want: "the driver does not support ignore_changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{}
			d := s.driver(t, test.before)
			d.Must(d.Apply(Options{}))
			s.faults = test.faults
			d.Config = test.config
			if got := d.Fails(d.Apply(Options{})); !strings.Contains(got, test.want) {
				t.Errorf("got the error\n%s\nwant %q", got, test.want)
			}
		})
	}
}

func wantCalls(t *testing.T, s *stub, want ...string) {
	t.Helper()
	if !slices.Equal(s.calls, want) {
		t.Errorf("got the calls\n%s\nwant\n%s", strings.Join(s.calls, "\n"), strings.Join(want, "\n"))
	}
	s.calls = nil
}

// TestDriver_carries checks the order of calls, and that the driver passes state and private state from call to call.
func TestDriver_carries(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one+two)
	d.Must(d.Apply(Options{}))
	wantCalls(t, s, "create a", "create b")
	if plan := d.Must(d.Plan(Options{})).Plan; !plan.Empty() {
		t.Errorf("the plan after the apply is %s", plan)
	}
	wantCalls(t, s, `read a with "{\"n\":1}"`, `read b with "{\"n\":1}"`)

	d.Config = strings.Replace(one+two, "stub_thing.a.id", `"own"`, 1)
	d.Must(d.Apply(Options{NoRefresh: true}))
	wantCalls(t, s, `update b with "{\"n\":1}"`)

	// A dependent is destroyed before its dependency, and created after it.
	d.Config = one + two
	d.Must(d.Apply(Options{NoRefresh: true}))
	s.calls = nil
	d.Config = strings.ReplaceAll(one, `= "a"`, `= "c"`) + strings.ReplaceAll(two, `= "b"`, `= "d"`)
	planned := d.Must(d.Plan(Options{NoRefresh: true})).Plan
	if want := "stub_thing.a: delete, create\nstub_thing.b: delete, create"; planned.String() != want {
		t.Errorf("got the plan\n%s\nwant\n%s", planned, want)
	}
	d.Must(d.ApplyPlan(planned))
	wantCalls(t, s, "delete b", "delete a", "create c", "create d")
	d.Must(d.Destroy())
	if want := []string{"delete d", "delete c"}; !slices.Equal(s.calls[len(s.calls)-2:], want) || !d.Empty() {
		t.Errorf("got the calls %v, want %v at the end; the state is empty: %t, want true", s.calls, want, d.Empty())
	}
}

// TestDriver_unchangedPathReplacesNothing checks that a path in RequiresReplace has an effect only if its value changes.
func TestDriver_unchangedPathReplacesNothing(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one)
	d.Must(d.Apply(Options{}))
	d.Config = with("name = \"a\"\nnote = \"new\"")
	if got := d.Must(d.Plan(Options{})).Plan.String(); !strings.HasPrefix(got, "stub_thing.a: update") {
		t.Errorf("got the plan\n%s", got)
	}
}

// TestDriver_refinement checks that the driver accepts a provider that drops the refinements of an unknown value.
func TestDriver_refinement(t *testing.T) {
	t.Parallel()
	s := &stub{faults: faults{planned: func(config, _, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
		if note := config["note"]; !note.IsKnown() {
			planned["note"] = cty.UnknownVal(cty.String)
		}
	}}}
	d := s.driver(t, one+"resource \"stub_thing\" \"b\" {\n  name = \"b\"\n  note = jsonencode([stub_thing.a.id])\n}\n")
	d.Must(d.Apply(Options{}))
}

var errorDiagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Failed"}}

// TestDriver_failedPlan checks that nothing is created if the final plan fails.
func TestDriver_failedPlan(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one)
	planned := d.Must(d.Plan(Options{})).Plan
	s.planned = func(_, _, _ values, resp *tfprotov6.PlanResourceChangeResponse) { resp.Diagnostics = errorDiagnostics }
	d.Fails(d.ApplyPlan(planned))
	wantCalls(t, s)
}

// TestDriver_failedCreate checks that after a failed create, the object is tainted if the provider returned a state, and is
// not in the state otherwise. Its dependents must not be created.
func TestDriver_failedCreate(t *testing.T) {
	t.Parallel()
	for name, saves := range map[string]bool{"saved": true, "not saved": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{faults: faults{applied: func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.Diagnostics = errorDiagnostics
				if !saves {
					resp.NewState = dynamic(nil)
				}
			}}}
			d := s.driver(t, one+two)
			if got := d.Fails(d.Apply(Options{})); got != "Error: Failed\n\n  with stub_thing.a\n" {
				t.Errorf("got the error %s", got)
			}
			wantCalls(t, s, "create a")
			s.applied = nil
			want := "stub_thing.a: create\nstub_thing.b: create"
			if saves {
				want = "stub_thing.a: delete, create\nstub_thing.b: create"
			}
			if got := d.Must(d.Plan(Options{})).Plan.String(); got != want {
				t.Errorf("got the plan %s, want %s", got, want)
			}
		})
	}
}

// TestDriver_imports checks imports by id and by identity, including imports of objects that do not exist.
func TestDriver_imports(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]string{"id": `id = "x"`, "identity": `identity = { id = "x" }`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{}
			d := s.driver(t, one+"import {\n  to = stub_thing.a\n  "+by+"\n}\n")
			if got := d.Fails(d.Plan(Options{})); !strings.Contains(got, "Cannot import non-existent remote object") {
				t.Errorf("got the error %s", got)
			}
			s.things["x"] = true
			if plan := d.Must(d.Plan(Options{})).Plan; !plan.Empty() || plan.JSON().ResourceChanges[0].Change.Importing == nil {
				t.Errorf("got the plan %s", plan)
			}
		})
	}
}

// TestDriver_createBeforeDestroy checks the order of calls with create_before_destroy.
func TestDriver_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	s := &stub{}
	config := func(name string) string {
		return "resource \"stub_thing\" \"a\" {\n  name = \"" + name + "\"\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n" +
			"resource \"stub_thing\" \"user\" {\n  name = \"user\"\n  note = stub_thing.a.id\n}\n"
	}
	d := s.driver(t, config("a"))
	d.Must(d.Apply(Options{}))
	s.calls = nil
	d.Config = config("b")
	d.Must(d.Apply(Options{NoRefresh: true}))
	wantCalls(t, s, "create b", `update user with "{\"n\":1}"`, "delete a")
	if plan := d.Must(d.Plan(Options{})).Plan; !plan.Empty() {
		t.Errorf("the plan after the replacement is %s", plan)
	}
}

// TestDriver_failedDelete checks that an object stays in the state if its delete fails, even if the response has a null state.
func TestDriver_failedDelete(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one)
	d.Must(d.Apply(Options{}))
	s.applied = func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.Diagnostics = errorDiagnostics
	}
	if got := d.Fails(d.Destroy()); !strings.Contains(got, "Failed") || d.Empty() {
		t.Errorf("got the error %s; the state is empty: %t, want false", got, d.Empty())
	}
}

// TestDriver_replacesForWriteOnlyValues checks that a write-only attribute can require a replacement, although the state does
// not have its value.
func TestDriver_replacesForWriteOnlyValues(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, with("name = \"a\"\npassword = \"hunter2\""))
	d.Must(d.Apply(Options{}))
	s.planned = func(_, prior, _ values, resp *tfprotov6.PlanResourceChangeResponse) {
		if prior != nil {
			resp.RequiresReplace = paths("password")
		}
	}
	if got := d.Must(d.Plan(Options{})).Plan.String(); got != "stub_thing.a: delete, create" {
		t.Errorf("got the plan %s", got)
	}
}
