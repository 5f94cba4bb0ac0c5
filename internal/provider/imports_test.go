// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// documentedImport matches an import command or an import block. The groups are the type and the name of the resource, "identity"
// if the block has an identity, the name of the attribute with the id (in a block), and the id.
var documentedImport = regexp.MustCompile(`(?m)^(?: *terraform import '?|import {\n(?:  provider += .*\n)?  to += )(\w+)\.(\w+)` +
	`(?:\S* |\n  (?:(identity) = {\n    )?(\w+) += ")([^\s"]+)(?:"\n(?:  }\n)?})?$`)

// documentedIDs are the documented formats of ids. An import also accepts ids in other formats, since a service can use formats
// that are not documented.
var documentedIDs = map[string]*regexp.Regexp{
	"egs_api_key":         regexp.MustCompile(`^([a-z0-9-]+/)?[0-9a-f]{32}$`),
	"egs_h2ogpte_api_key": regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
}

// importProblems returns the problems of all imports in a text. The simulators are empty, so a valid import fails because
// its object does not exist. If folder is not "", it is a folder in examples/resources, named after a resource type. The
// text must then contain only imports of that resource type, and their targets must be resources in the resource.tf of the
// folder.
func (s *site) importProblems(text, folder string) (problems []string) {
	s.T.Helper()
	server, schemas := served(s.T, provider.Options{})
	identities, err := server.GetResourceIdentitySchemas(s.T.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		s.T.Fatal(err)
	}
	resources := ""
	if folder != "" {
		resources = "\n" + readFile(s.T, "../../examples/resources/"+folder+"/resource.tf")
		rest := regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(documentedImport.ReplaceAllString(text, ""), "")
		if rest = strings.TrimSpace(rest); rest != "" {
			problems = append(problems, "not an import: "+rest)
		}
	}
	for _, found := range documentedImport.FindAllStringSubmatch(text, -1) {
		typeName, name, attribute, id := found[1], found[2], found[4], found[5]
		problem := func(format string, a ...any) {
			problems = append(problems, found[0]+"\n"+fmt.Sprintf(format, a...))
		}
		if schemas.ResourceSchemas[typeName] == nil {
			problem("the provider has no resource %s", typeName)
			continue
		}
		block := fmt.Sprintf("resource %q %q {", typeName, name)
		if folder != "" && (typeName != folder || !strings.Contains(resources, "\n"+block)) {
			problem("resource.tf of %s does not declare %s.%s", folder, typeName, name)
		}
		want := "id"
		if found[3] != "" {
			want = identities.IdentitySchemas[typeName].IdentityAttributes[0].Name
		}
		if attribute != "" && attribute != want {
			problem("the import has %s, want %s", attribute, want)
		}
		if form := documentedIDs[typeName]; form != nil && !form.MatchString(id) {
			problem("the id is not of the form %s", form)
		}
		err := s.Driver(block+"}").Import(typeName+"."+name, id).Err()
		if err == nil || !strings.Contains(err.Error(), "Cannot import non-existent remote object") {
			problem("the error of the import is: %v", err)
		}
	}
	return problems
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestAccExamples_imports runs the import commands and import blocks of all resources and guides.
func TestAccExamples_imports(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for pattern, least := range map[string]int{
		"../../examples/resources/*/import*": 18, "../../examples/guides/*/import*.tf": 3, "../../templates/guides/*.md.tmpl": 3,
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		imports := 0
		for _, file := range files {
			folder, text := "", readFile(t, file)
			if strings.Contains(pattern, "/resources/") {
				folder = filepath.Base(filepath.Dir(file))
			}
			imports += len(documentedImport.FindAllString(text, -1))
			for _, problem := range s.importProblems(text, folder) {
				t.Errorf("%s: %s", file, problem)
			}
		}
		if imports < least {
			t.Errorf("%s has %d imports, want %d or more", pattern, imports, least)
		}
	}
}

// TestAccExamples_importProblems checks that TestAccExamples_imports finds the mistakes that an import can have.
func TestAccExamples_importProblems(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const id = "030b514f342dcf5ac94f3f39726c247e"
	block := func(argument string) string { return "import {\n  to = egs_workspace.red\n  " + argument + "\n}" }
	for _, c := range []struct{ folder, text, want string }{
		{"egs_api_key", "terraform import egs_api_keys.example " + id, "no resource egs_api_keys"},
		{"egs_api_key", "terraform import egs_workspace.red red", "does not declare egs_workspace.red"},
		{"egs_api_key", "terraform import egs_api_key.red " + id, "does not declare egs_api_key.red"},
		{"egs_api_key", "terraform import egs_api_key.example", "not an import"},
		{"egs_api_key", "terraform import egs_api_key.example " + id[1:], "not of the form"},
		{"egs_api_key", "terraform import egs_api_key.example /" + id, "no workspace before the slash"},
		{"egs_gaia_api_key", "terraform import egs_gaia_api_key.example " + id, "Invalid import ID"},
		{"egs_gpr_template", "terraform import egs_gpr_template.a100 Red", "Invalid import ID"},
		{"egs_gpr_template_binding", "terraform import egs_gpr_template_binding.red red/binding/1", "Invalid import ID"},
		{"egs_h2ogpte_api_key", "terraform import egs_h2ogpte_api_key.example sk-0123456789abcdef", "Invalid import ID"},
		{"egs_workspace", "terraform import egs_workspace.red Team_A", "Invalid import ID"},
		{"egs_workspace", block(`name = "red"`), "has name, want id"},
		{"egs_workspace", block("identity = {\n    id = \"red\"\n  }"), "has id, want name"},
		{"egs_workspace", "terraform import egs_workspace.red red\nterraform plan", "not an import: terraform plan"},
		{"", "   terraform import 'egs_api_key.managed[\"Editor\"]' " + id[1:], "not of the form"},
		{"", "terraform import egs_api_keys.managed " + id, "no resource egs_api_keys"},
	} {
		if problems := strings.Join(s.importProblems(c.text, c.folder), "\n"); !strings.Contains(problems, c.want) {
			t.Errorf("%s in %q: got the problems %q, want %q", c.text, c.folder, problems, c.want)
		}
	}
}
