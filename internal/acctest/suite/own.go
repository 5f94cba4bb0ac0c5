// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
)

// own reports whether the provider logs in with the key that has the id.
func (s *Subject) own(id string) bool {
	return slices.Contains(slices.Collect(maps.Values(s.Environment)), s.Secret(id))
}

// RunOwnKey checks that the data source and the list resource of keys mark the provider's own key, and that they filter by
// used_by_provider.
func (s *Suite) RunOwnKey(t *testing.T) {
	t.Helper()
	for name, options := range map[string]Options{"key": {}, "uncertain": {Uncertain: true}, "opaque": {OtherCredentials: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options.Existing = 3
			subject := s.Start(t, options)
			marks := map[bool]int{}
			for _, filter := range []string{"", "used_by_provider = true", "used_by_provider = false"} {
				want := map[string]bool{}
				for _, id := range subject.site.IDs() {
					own := subject.own(id)
					if subject.Secret(id) != "" && (filter == "" || strings.HasSuffix(filter, fmt.Sprint(own))) {
						want[id] = own
						marks[own]++
					}
				}
				if got := s.listed(subject, filter); !maps.Equal(got, want) {
					t.Errorf("%q: the list resource shows %v, want %v", filter, got, want)
				}
				if got := s.read(subject, filter); !maps.Equal(got, want) {
					t.Errorf("%q: the data source shows %v, want %v", filter, got, want)
				}
			}
			if own := marks[true] / 2; own > 1 || !options.OtherCredentials && own != 1 || marks[false] < 6 {
				t.Errorf("got the numbers of marks %v, so the test is not valid", marks)
			}
		})
	}
}

// listed returns, by id, whether the list resource marks the key as the provider's own.
func (s *Suite) listed(subject *Subject, filter string) map[string]bool {
	marked := map[string]bool{}
	found, _ := subject.Driver("").Query(s.query("", filter))
	for _, message := range found {
		if message, ok := message.(tfjson.ListResourceFoundMessage); ok {
			id, _ := message.ListResourceFound.Identity[s.ID].(string)
			marked[id] = strings.HasSuffix(message.ListResourceFound.DisplayName, "), used by the provider")
		}
	}
	return marked
}

// read returns, by id, whether the data source marks the key as the provider's own.
func (s *Suite) read(subject *Subject, filter string) map[string]bool {
	output := s.output(subject, fmt.Sprintf(`
data "%[1]ss" "test" {
  %[2]s
}
output "test" {
  value = join("", [for key in data.%[1]ss.test.api_keys : "${key.id} ${key.used_by_provider}\n"])
}`, s.Type, filter))
	marked := map[string]bool{}
	for line := range strings.Lines(output) {
		id, mark, _ := strings.Cut(strings.TrimSpace(line), " ")
		marked[id] = mark == "true"
	}
	return marked
}

// output applies a configuration and returns the value of its only output.
func (s *Suite) output(subject *Subject, config string) string {
	d := subject.Driver(config)
	d.Must(d.Apply(driver.Options{}))
	for _, output := range d.State().Values.Outputs {
		return fmt.Sprint(output.Value)
	}
	return ""
}

// ImportsOutput applies the output in the guide "import" to the keys of this type. It returns the value, which is an import block
// for each key. The parameter members is the expression for a list of the parts of a resource name.
func (s *Suite) ImportsOutput(subject *Subject, members string) string {
	subject.T.Helper()
	output, err := os.ReadFile("../../examples/guides/import/output.tf")
	if err != nil {
		subject.T.Fatal(err)
	}
	return s.output(subject, strings.NewReplacer("egs_api_key", s.Type, "[key.name, key.workspace_name, substr(key.id, 0, 8)]", members).
		Replace(string(output)))
}

// ImportGuide returns the code block of the guide "import" that contains a text.
func ImportGuide(t *testing.T, text string) string {
	t.Helper()
	guide, err := os.ReadFile("../../templates/guides/import.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for i, block := range strings.Split(string(guide), "\n```") {
		if _, code, _ := strings.Cut(block, "\n"); i%2 == 1 && strings.Contains(code, text) {
			return code
		}
	}
	t.Fatalf("no code block of the guide contains %s", text)
	return ""
}

var importBlock = regexp.MustCompile(`import {\n  to = (\w+)\.([A-Za-z_]\w*)\n  id = "([^"]*)"\n}\n`)

// WantImports checks that a text consists of one import block for each entry of names. The keys of names are ids, and the
// values are the expected resource names.
func (s *Suite) WantImports(t *testing.T, text string, names map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, block := range importBlock.FindAllStringSubmatch(text, -1) {
		if got[block[3]] = block[2]; block[1] != s.Type {
			t.Errorf("%s is imported as %s, want %s", block[3], block[1], s.Type)
		}
	}
	if rest := importBlock.ReplaceAllString(text, ""); rest != "" || !maps.Equal(got, names) {
		t.Errorf("got %v and %q, want %v", got, rest, names)
	}
}
