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
	// two refers to one.
	two = "resource \"stub_thing\" \"b\" {\n  name = \"b\"\n  note = stub_thing.a.id\n}\n"
)

// with is a stub_thing.a with the arguments.
func with(arguments string) string { return "resource \"stub_thing\" \"a\" {\n" + arguments + "\n}\n" }

// beside has what is unknown until it is created beside it.
func beside(config string) string {
	return "resource \"terraform_data\" \"new\" {\n  input = \"x\"\n}\n" + config
}

// TestDriver_refuses shows that every response of a provider that Terraform refuses is refused here, with
// Terraform's words.
func TestDriver_refuses(t *testing.T) {
	t.Parallel()
	none := cty.NullVal(cty.Number)
	part := func(kind string, count cty.Value) cty.Value {
		return cty.ObjectVal(values{"kind": cty.StringVal(kind), "count": count})
	}
	unknownID := func(values) values { return values{"id": cty.UnknownVal(cty.String)} }
	for name, test := range map[string]struct {
		faults faults
		// before is applied by a provider that behaves.
		before, config, want string
	}{
		"a planned value that is not the configured one": {
			faults: plans("note", cty.StringVal("other")),
			config: with(`name = "a"` + "\n" + `note = "mine"`), want: "Provider produced invalid plan",
		},
		"a planned value of what is neither configured nor computed": {
			faults: plans("note", cty.StringVal("made up")),
			config: one, want: "note: a value is planned for an attribute that is neither configured nor computed",
		},
		"a configured value that is planned as unknown": {
			faults: plans("size", cty.UnknownVal(cty.Number)),
			config: with("name = \"a\"\nsize = 2"), want: "Provider produced invalid plan",
		},
		"a configured value that is planned as null": {
			faults: plans("note", cty.NullVal(cty.String)),
			config: with("name = \"a\"\nnote = \"mine\""), want: "Provider produced invalid plan",
		},
		"a planned element that is not configured": {
			faults: plans("parts", cty.SetVal([]cty.Value{part("y", none)})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\" }]"), want: "parts: a planned element is none of the configuration",
		},
		"a planned write-only value": {
			faults: faults{planned: func(config, _, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				planned["password"] = config["password"]
			}},
			config: with("name = \"a\"\npassword = \"hunter2\""), want: "password: a write-only attribute is planned with a value",
		},
		"a replacement for a path that does not exist": {
			faults: faults{planned: func(_, prior, _ values, resp *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil {
					resp.RequiresReplace = paths("nowhere")
				}
			}},
			before: one, config: with("name = \"a\"\nnote = \"new\""), want: "Provider produced invalid plan",
		},
		"a prior value that is kept, where the configuration is unknown and turns out to be another": {
			faults: faults{planned: func(_, prior, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil && !planned["note"].IsKnown() {
					planned["note"] = prior["note"]
				}
			}},
			before: with("name = \"a\"\nnote = \"old\""), config: beside(with("name = \"a\"\nnote = \"${terraform_data.new.id}\"")), want: "Provider produced inconsistent final plan",
		},
		"another action in the final plan": {
			faults: faults{planned: func(_, prior, planned values, resp *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil && planned["note"].IsKnown() {
					resp.RequiresReplace = paths("note")
				} else {
					resp.RequiresReplace = nil
				}
			}},
			before: with("name = \"a\"\nnote = \"old\""), config: beside(with("name = \"a\"\nnote = \"${terraform_data.new.output}\"")),
			want: "The planned action changed from update to replace.",
		},
		"a result that is not as planned": {
			faults: applies("name", cty.StringVal("b")), config: one, want: "Provider produced inconsistent result after apply",
		},
		"a result with fewer labels than planned": {
			faults: applies("labels", cty.MapVal(values{"a": cty.StringVal("1")})),
			config: with("name = \"a\"\nlabels = { a = \"1\", b = \"2\" }"), want: ".labels: 2 elements were planned, and there are 1",
		},
		"a result with another element than planned": {
			faults: applies("parts", cty.SetVal([]cty.Value{part("x", cty.NumberIntVal(2))})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\", count = 1 }]"), want: ".parts: a planned element is missing",
		},
		"a result that is not wholly known": {
			faults: applies("size", cty.UnknownVal(cty.Number)), config: one, want: "The result is not wholly known.",
		},
		"no result": {
			faults: faults{applied: func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.NewState = dynamic(nil)
			}},
			config: one, want: "Provider produced inconsistent result after apply",
		},
		"no identity": {
			faults: faults{identity: func(values) values { return nil }},
			config: one, want: "Provider produced invalid identity",
		},
		"an identity that is not known": {
			faults: faults{identity: unknownID},
			config: one, want: "The identity is not wholly known.",
		},
		"a refresh that is not wholly known": {
			faults: reads("size", cty.UnknownVal(cty.Number)),
			before: one, config: one, want: "The result of a refresh is not wholly known.",
		},
		"a refresh with a write-only value": {
			faults: reads("password", cty.StringVal("hunter2")),
			before: one, config: one, want: "password: a write-only attribute has a value",
		},
		"a destroy that leaves something": {
			faults: faults{applied: func(result values, resp *tfprotov6.ApplyResourceChangeResponse) {
				if result == nil {
					resp.NewState = dynamic(bare("id-1"))
				}
			}},
			before: one, config: "", want: "After a destroy the object is still there.",
		},
		"a block that is kept though it is no longer configured": {
			faults: faults{planned: func(_, prior, planned values, _ *tfprotov6.PlanResourceChangeResponse) {
				if prior != nil {
					planned["limits"] = prior["limits"]
				}
			}},
			before: with("name = \"a\"\nlimits {\n  max = 1\n}"), config: one, want: "limits.the plan is null where the configuration is not",
		},
		"an identity of an update that is not known": {
			faults: faults{identity: unknownID, readings: func(_ values, resp *tfprotov6.ReadResourceResponse) {
				resp.NewIdentity = identityData(cty.ObjectVal(values{"id": cty.StringVal("id-1")}), typeOf(thingIdentity.ValueType()))
			}},
			before: one, config: with("name = \"a\"\nnote = \"new\""), want: "The planned identity of an update is not wholly known.",
		},
		"a set that grows beyond what was planned": {
			faults: applies("parts", cty.SetVal([]cty.Value{part("x", none), part("y", none)})),
			config: with("name = \"a\"\nparts = [{ kind = \"x\" }]"), want: ".parts: 1 elements were planned, and there are 2",
		},
		"a refresh with a write-only value within an attribute": {
			faults: reads("access", cty.ObjectVal(values{"token": cty.StringVal("hunter2")})),
			before: one, config: one, want: "token: a write-only attribute has a value",
		},
		"a plan that is deferred": {
			faults: faults{planned: func(_, _, _ values, resp *tfprotov6.PlanResourceChangeResponse) {
				resp.Deferred = &tfprotov6.Deferred{Reason: tfprotov6.DeferredReasonAbsentPrereq}
			}},
			config: one, want: "Invalid deferred response from provider",
		},
		"a refresh that is deferred": {
			faults: faults{readings: func(_ values, resp *tfprotov6.ReadResourceResponse) {
				resp.Deferred = &tfprotov6.Deferred{Reason: tfprotov6.DeferredReasonAbsentPrereq}
			}},
			before: one, config: one, want: "Invalid deferred response from provider",
		},
		"a condition": {config: "output \"o\" {\n  value = 1\n  precondition {\n    condition     = true\n    error_message = \"No.\"\n  }\n}\n", want: "conditions are for the CLI"},
		"a reference that leads back": {
			config: "resource \"stub_thing\" \"a\" {\n  name = stub_thing.b.id\n}\nresource \"stub_thing\" \"b\" {\n  name = stub_thing.a.id\n}\n", want: "Cycle: ",
		},
		"an argument that does not exist":     {config: with("name = \"a\"\nweight = 7"), want: "Unsupported argument"},
		"a required argument that is missing": {config: with(""), want: "Missing required argument"},
		"a block that is for the CLI":         {config: "check \"c\" {}\n", want: "check blocks are for the CLI"},
		"locals":                              {config: "locals {\n  a = 1\n}\n", want: "locals blocks are for the CLI"},
		"for_each":                            {config: with("name     = \"a\"\nfor_each = {}"), want: "Unsupported argument"},
		"ignored changes":                     {config: with("name = \"a\"\nlifecycle {\n  ignore_changes = [note]\n}"), want: "the driver does not know ignore_changes"},
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

// TestDriver_carries shows what is carried from call to call: state, private state, identity, order.
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

	// What refers to another is destroyed before it, and made after it.
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
		t.Errorf("got the calls %v, want %v at the end, and an empty state: %t", s.calls, want, d.Empty())
	}
}

// TestDriver_unchangedPathReplacesNothing shows that a path that requires replacement counts only if its value
// changes.
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

// TestDriver_refinement shows that a provider may drop what is known of an unknown value.
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

var noLuck = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "No luck"}}

// TestDriver_failedPlan shows that nothing is created after a final plan that failed.
func TestDriver_failedPlan(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one)
	planned := d.Must(d.Plan(Options{})).Plan
	s.planned = func(_, _, _ values, resp *tfprotov6.PlanResourceChangeResponse) { resp.Diagnostics = noLuck }
	d.Fails(d.ApplyPlan(planned))
	wantCalls(t, s)
}

// TestDriver_failedCreate shows that what a create that failed has saved is tainted, that what saved nothing is not in the
// state, and that nothing that comes after it is created.
func TestDriver_failedCreate(t *testing.T) {
	t.Parallel()
	for name, saves := range map[string]bool{"saved": true, "not saved": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{faults: faults{applied: func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
				resp.Diagnostics = noLuck
				if !saves {
					resp.NewState = dynamic(nil)
				}
			}}}
			d := s.driver(t, one+two)
			if got := d.Fails(d.Apply(Options{})); got != "Error: No luck\n\n  with stub_thing.a\n" {
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

// TestDriver_imports shows both forms of an import, and of what does not exist.
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

// TestDriver_createBeforeDestroy shows the order of a replacement that is created first.
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
		t.Errorf("the plan after it is %s", plan)
	}
}

// TestDriver_failedDelete shows that an object whose delete failed stays, whatever state came with the error.
func TestDriver_failedDelete(t *testing.T) {
	t.Parallel()
	s := &stub{}
	d := s.driver(t, one)
	d.Must(d.Apply(Options{}))
	s.applied = func(_ values, resp *tfprotov6.ApplyResourceChangeResponse) {
		resp.Diagnostics = noLuck
	}
	if got := d.Fails(d.Destroy()); !strings.Contains(got, "No luck") || d.Empty() {
		t.Errorf("got the error %s, and an empty state: %t", got, d.Empty())
	}
}

// TestDriver_replacesForWriteOnlyValues shows that a write-only attribute that requires replacement does so, though
// no value of it is kept.
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
