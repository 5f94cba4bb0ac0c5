// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte"
)

var (
	_ provider.ProviderWithValidateConfig     = (*egsProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*egsProvider)(nil)
	_ provider.ProviderWithListResources      = (*egsProvider)(nil)
	_ provider.ProviderWithActions            = (*egsProvider)(nil)
)

// Options configures the provider. Zero values stand for the real environment, for example the real clock.
type Options struct {
	// Version is the version of the provider, for the user agent.
	Version string
	// Getenv returns the value of an environment variable, like os.Getenv.
	Getenv func(string) string
	// Now is the clock.
	Now func() time.Time
	// RetryWaitMin and RetryWaitMax are as in transport.Options.
	RetryWaitMin, RetryWaitMax time.Duration
	// DialContext is as in transport.Options.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

type egsProvider struct {
	options Options
	// temporary holds the open temporary keys.
	temporary face.Temporary
}

// End deletes the open temporary keys. It is called when the process ends, and when Terraform is interrupted.
func (p *egsProvider) End(ctx context.Context) error { return p.temporary.EndAll(ctx) }

// New returns the constructor of the provider, for the plugin server.
func New(o Options) func() provider.Provider {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return func() provider.Provider { return &egsProvider{options: o} }
}

func (p *egsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "egs"
	resp.Version = p.options.Version
}

func (p *egsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = configSchema()
}

func (p *egsProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	resp.Diagnostics.Append(m.validate(p.options.Now)...)
}

// Configure implements provider.Provider. It sends no request: a client logs in when a resource first needs the service. Missing
// settings are errors only for the resources that need them.
func (p *egsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	s, diags := m.settings(p.options.Getenv, p.options.Now)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	s.reach.RetryWaitMin, s.reach.RetryWaitMax = p.options.RetryWaitMin, p.options.RetryWaitMax
	s.reach.DialContext = p.options.DialContext
	s.reach.UserAgent = userAgent(p.options.Version, req.TerraformVersion, p.options.Getenv)
	data := connect(s, &p.temporary, p.options.Now)
	resp.ResourceData, resp.DataSourceData, resp.EphemeralResourceData = data, data, data
	resp.ListResourceData, resp.ActionData = data, data
}

func (p *egsProvider) Resources(context.Context) []func() resource.Resource {
	return slices.Concat(egs.Resources, h2ogpte.Resources, gaia.Resources)
}

func (p *egsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return slices.Concat(egs.DataSources, h2ogpte.DataSources, gaia.DataSources)
}

func (p *egsProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return slices.Concat(egs.EphemeralResources, h2ogpte.EphemeralResources, gaia.EphemeralResources)
}

func (p *egsProvider) ListResources(context.Context) []func() list.ListResource {
	return slices.Concat(egs.ListResources, h2ogpte.ListResources, gaia.ListResources)
}

func (p *egsProvider) Actions(context.Context) []func() action.Action {
	return slices.Concat(egs.Actions, h2ogpte.Actions)
}

// userAgent returns the user agent, in the usual form of providers, with the content of TF_APPEND_USER_AGENT.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := fmt.Sprintf("Terraform/%s (+https://www.terraform.io) terraform-provider-egs/%s (+%s)",
		cmp.Or(terraformVersion, "unknown"), cmp.Or(version, "dev"),
		"https://registry.terraform.io/providers/elastic-gpu-service/egs")
	if more := strings.TrimSpace(getenv("TF_APPEND_USER_AGENT")); more != "" {
		agent += " " + more
	}
	return agent
}
