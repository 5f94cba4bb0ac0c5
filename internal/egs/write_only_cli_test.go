// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	frameworkresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	egsprovider "github.com/elastic-gpu-service/terraform-provider-egs/internal/provider"
)

// store is a fake of a provider that has write-only arguments, such as the provider vault. A resource of the fake has only the
// arguments that the guide "secrets" uses.
type store struct {
	provider.Provider

	name      string
	resources []*stored
}

func (s *store) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}
func (*store) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (*store) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (*store) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (s *store) Resources(context.Context) (resources []func() frameworkresource.Resource) {
	for _, r := range s.resources {
		resources = append(resources, func() frameworkresource.Resource { return r })
	}
	return resources
}

// stored is a resource of a store. It records the values of its write-only argument when it is created and when its version
// changes.
type stored struct {
	name    string
	schema  schema.Schema
	secret  path.Path // empty if there is no write-only argument
	version string

	mu      sync.Mutex
	written []string
}

func (r *stored) Metadata(_ context.Context, _ frameworkresource.MetadataRequest, resp *frameworkresource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *stored) Schema(_ context.Context, _ frameworkresource.SchemaRequest, resp *frameworkresource.SchemaResponse) {
	resp.Schema = r.schema
}

func (r *stored) Create(ctx context.Context, req frameworkresource.CreateRequest, resp *frameworkresource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	if _, ok := r.schema.Attributes["id"]; ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "created")...)
	}
	if r.version != "" {
		var secret string
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, r.secret, &secret)...)
		r.write(secret)
	}
}

func (*stored) Read(context.Context, frameworkresource.ReadRequest, *frameworkresource.ReadResponse) {
}

func (r *stored) Update(ctx context.Context, req frameworkresource.UpdateRequest, resp *frameworkresource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
	var before, after types.Int64
	var secret string
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(r.version), &before)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root(r.version), &after)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, r.secret, &secret)...)
	if !before.Equal(after) {
		r.write(secret)
	}
}

func (*stored) Delete(context.Context, frameworkresource.DeleteRequest, *frameworkresource.DeleteResponse) {
}

func (r *stored) write(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written = append(r.written, secret)
}

// snippets returns the Terraform code blocks in a section of a guide.
func snippets(t *testing.T, file, section string) (snippets []string) {
	t.Helper()
	_, text, ok := strings.Cut(readFile(t, file), "\n"+section+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", file, section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	for _, part := range strings.Split(text, "```terraform\n")[1:] {
		snippet, _, _ := strings.Cut(part, "```")
		snippets = append(snippets, snippet)
	}
	return snippets
}

// TestCLIWriteOnly_lifeCycle applies the examples of write-only arguments in the guide "secrets", with fakes of the other
// providers, and then replaces the key. In the plans of both applies, the id of the key is unknown. The examples derive the
// version of the stored secret from the id, so this version is unknown too.
func TestCLIWriteOnly_lifeCycle(t *testing.T) {
	t.Parallel()
	text, number := schema.StringAttribute{Required: true}, schema.Int64Attribute{Optional: true}
	writeOnly := schema.StringAttribute{Optional: true, WriteOnly: true}
	vault := &stored{
		name: "vault_kv_secret_v2", secret: path.Root("data_json_wo"), version: "data_json_wo_version",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"mount": text, "name": text, "data_json_wo": writeOnly, "data_json_wo_version": number,
		}},
	}
	kubernetes := &stored{
		name: "kubernetes_secret_v1", secret: path.Root("data_wo").AtMapKey("EGS_API_KEY"), version: "data_wo_revision",
		schema: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"data_wo":          schema.MapAttribute{ElementType: types.StringType, Optional: true, WriteOnly: true},
				"data_wo_revision": number,
			},
			Blocks: map[string]schema.Block{"metadata": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{"name": text, "namespace": text},
			}}},
		},
	}
	aws := &stored{
		name: "aws_secretsmanager_secret_version", secret: path.Root("secret_string_wo"), version: "secret_string_wo_version",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"secret_id": text, "secret_string_wo": writeOnly, "secret_string_wo_version": number,
		}},
	}
	awsSecret := &stored{name: "aws_secretsmanager_secret", schema: schema.Schema{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true}, "name": text,
	}}}

	c := simulate(t, egssim.Options{})
	factories := map[string]func() (tfprotov6.ProviderServer, error){
		"egs": func() (tfprotov6.ProviderServer, error) {
			return egsprovider.NewServer(egsprovider.New(egsprovider.Options{
				Version: "test", Now: c.Clock.Now, Getenv: func(name string) string { return c.Environment[name] },
			})()), nil
		},
	}
	for name, resources := range map[string][]*stored{"vault": {vault}, "kubernetes": {kubernetes}, "aws": {aws, awsSecret}} {
		factories[name] = providerserver.NewProtocol6WithError(&store{name: name, resources: resources})
	}
	guide := strings.Join(snippets(t, "../../docs/guides/secrets.md", "## Write-only arguments"), "\n")
	// written returns a check: every store was written the given number of times and contains the secret of the key, and the
	// state does not contain it.
	written := func(times int) resource.TestCheckFunc {
		return func(state *terraform.State) error {
			secret := c.Secret(c.managed("ci").ID)
			for store, want := range map[*stored]string{vault: fmt.Sprintf(`{"api_key":%q}`, secret), kubernetes: secret, aws: secret} {
				if n := len(store.written); n != times || store.written[n-1] != want {
					t.Errorf("%s was written %d times, want %d; or the last value is not the key", store.name, n, times)
				}
			}
			if strings.Contains(state.String(), secret) {
				t.Error("the state contains the secret")
			}
			return nil
		}
	}
	var steps []resource.TestStep
	for i, rotation := range []string{"1", "2"} {
		steps = append(steps, resource.TestStep{Check: written(i + 1), Config: guide + fmt.Sprintf(`
resource "egs_api_key" "ci" {
  name                 = "ci"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  store_api_key        = false
  rotate_when_changed  = { rotation = %s }
}`, rotation)})
	}
	resource.Test(t, resource.TestCase{
		Steps: steps, ProtoV6ProviderFactories: factories,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
	})
}

// TestExamples_commandsDropTheirOutput checks that every command with a secret suppresses its output, as the guide "secrets"
// requires. Otherwise, Terraform prints the output of a failed command.
func TestExamples_commandsDropTheirOutput(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"examples/*/*.tf", "examples/*/*/*.tf", "examples/*/*.md", "templates/*.tmpl", "templates/*/*.tmpl"} {
		found, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	commands := 0
	for _, file := range files {
		for line := range strings.Lines(readFile(t, file)) {
			name, command, ok := strings.Cut(line, "=")
			if !ok || strings.TrimSpace(name) != "command" {
				continue
			}
			commands++
			if command = strings.TrimSpace(command); !strings.HasPrefix(command, `"exec >/dev/null 2>&1; `) && command != "local.quietly" {
				t.Errorf("%s: the output of the command %s is shown if it fails", file, command)
			}
		}
	}
	if commands < 5 {
		t.Errorf("%d commands were found", commands)
	}
}
