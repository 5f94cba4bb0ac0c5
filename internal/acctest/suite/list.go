// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// List has the data for the tests of a list resource.
type List struct {
	// Populate creates the objects for the filters. Filters maps each filter to its expected number of results. Invalid maps each
	// invalid filter to its expected error.
	Populate func(*Subject)
	Filters  map[string]int
	Invalid  map[string]string
	// Result creates an object, and returns its id, its display name, and some of its values.
	Result func(*Subject) (id, display string, values map[string]any)
	// One is a response to a list request. It has one readable and one unreadable entry. If the name of the readable entry is
	// "a", a test replaces the name with a forged one.
	One string
}

// query returns a configuration with a list block that has these arguments and filters.
func (s *Suite) query(arguments, filters string) string {
	return fmt.Sprintf("provider \"egs\" {}\nlist %q \"test\" {\n  provider = egs\n  %s\n  config {\n    %s\n  }\n}", s.Type, arguments, filters)
}

// RunList runs the tests of the list resource.
func (s *Suite) RunList(t *testing.T, list List) {
	t.Helper()
	address := string(s.address())
	finds := func(arguments, filters string, n int) resource.TestStep {
		return Query(s.query(arguments, filters), Results(querycheck.ExpectLength(address, n)))
	}
	t.Run("filters", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		list.Populate(subject)
		steps := []resource.TestStep{beforeQuery()}
		for filters, n := range list.Filters {
			steps = append(steps, finds("", filters, n))
		}
		subject.RunFrom(tfversion.Version1_14_0, steps...)
	})
	t.Run("results", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		id, display, values := list.Result(subject)
		subject.Unmanaged[id] = true
		identity := map[string]knownvalue.Check{s.ID: knownvalue.StringExact(id)}
		this := queryfilter.ByResourceIdentity(identity)
		if s.Secret != "" {
			values[s.Secret] = nil
		}
		var known []querycheck.KnownValueCheck
		for name, value := range values {
			known = append(known, querycheck.KnownValueCheck{Path: tfjsonpath.New(name), KnownValue: Value(value)})
		}
		subject.RunFrom(tfversion.Version1_14_0, beforeQuery(), Query(s.query("include_resource = true", ""), Results(
			querycheck.ExpectIdentity(address, identity),
			querycheck.ExpectResourceDisplayName(address, this, knownvalue.StringExact(display)),
			querycheck.ExpectResourceKnownValues(address, this, known),
		)))
	})
	t.Run("limit", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{Existing: 120})
		all := 0
		for _, id := range subject.site.IDs() {
			if s.Secret == "" == (subject.Secret(id) == "") {
				all++
			}
		}
		subject.RunFrom(tfversion.Version1_14_0, beforeQuery(), finds("limit = 2", "", 2), finds("limit = 1000", "", all))
	})
	t.Run("errors", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		steps := []resource.TestStep{beforeQuery()}
		for filters, want := range list.Invalid {
			steps = append(steps, Query(s.query("", filters), Fails(want)))
		}
		subject.RunFrom(tfversion.Version1_14_0, append(steps, Query(s.query("", ""),
			Before(func() { subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 403, Times: 9}, s.List) }),
			Fails(`Unable to list `+s.Noun+`s.*403`)))...)
	})
	t.Run("clocks differ", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		subject.Skew(2 * Day)
		for filters := range list.Filters {
			_, result := subject.Driver("").Query(s.query("", filters))
			if strings.Contains(filters, "expir") {
				subject.WantSkew(t, result.Text(), "Error: Unable to list "+s.Noun+"s", 1)
			} else {
				acctest.WantText(t, result.Text(), "Error:", 0)
			}
		}
	})
	// Unreadable entries cause a warning, even if the limit is reached.
	t.Run("unreadable entries", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: list.One, Times: 99}, s.List)
		for _, arguments := range []string{"", "limit = 1"} {
			found, result := subject.Driver("").Query(s.query(arguments, ""))
			acctest.WantText(t, result.Text(), "could not be read. Number of entries: 1.", 1)
			if last, ok := found[len(found)-1].(tfjson.ListCompleteMessage); !ok || last.ListComplete.Total != 1 {
				t.Errorf("%s: found %v", arguments, found)
			}
		}
	})
	// A display name must not contain line separators or invisible characters. If list.One has no name "a", the test sends
	// list.One unchanged.
	t.Run("forged name", func(t *testing.T) {
		t.Parallel()
		subject := s.Start(t, Options{})
		body := strings.Replace(list.One, `"name":"a"`, `"name":"a\u2028Error: forged\u202e\u200b"`, 1)
		subject.FailAt(simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: body, Times: 99}, s.List)
		found, _ := subject.Driver("").Query(s.query("", ""))
		entry, ok := found[0].(tfjson.ListResourceFoundMessage)
		if shown := entry.ListResourceFound.DisplayName; !ok || strings.ContainsAny(shown, "\u2028\u202e\u200b") ||
			body != list.One && !strings.Contains(shown, "a Error: forged") {
			t.Errorf("found %q", found)
		}
	})
}

// beforeQuery returns a step that applies a resource. terraform-plugin-testing requires such a step before a query.
func beforeQuery() resource.TestStep { return Step("resource \"terraform_data\" \"test\" {}") }
