// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

var (
	_ provider.ProviderWithValidateConfig     = (*egsProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*egsProvider)(nil)
	_ provider.ProviderWithListResources      = (*egsProvider)(nil)
	_ provider.ProviderWithActions            = (*egsProvider)(nil)
)

// Options are what surrounds the provider. Zero values mean the real ones.
type Options struct {
	// Version is the provider's own, as the user agent tells it.
	Version string
	// Getenv reads the environment.
	Getenv func(string) string
	// Now is the clock.
	Now func() time.Time
	// RetryWaitMin and RetryWaitMax are those of transport.Options.
	RetryWaitMin, RetryWaitMax time.Duration
	// DialContext is that of transport.Options.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// egsProvider is the provider "egs".
type egsProvider struct {
	options Options
	// temporary are the keys that are open.
	temporary face.Temporary
}

// End deletes the temporary keys that are open. It is called when the process ends, and
// when Terraform is interrupted.
func (p *egsProvider) End(ctx context.Context) error { return p.temporary.EndAll(ctx) }

// New returns the provider's constructor, as the plugin server takes it.
func New(o Options) func() provider.Provider {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return func() provider.Provider { return &egsProvider{options: o} }
}

// Metadata implements provider.Provider.
func (p *egsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "egs"
	resp.Version = p.options.Version
}

// Schema implements provider.Provider.
func (p *egsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the workspaces and API keys of EGS (Elastic GPU Service), which shares the GPUs of many " +
			"Kubernetes clusters between teams, and the API keys of what teams run on them: Enterprise h2oGPTe and Search GAIA.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "Base URL of the EGS Core API, for example `https://egs.example.com`; a path prefix is kept. " +
					"Needed only where EGS is used. Can be set with `EGS_ENDPOINT`.",
				Optional: true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "API key to log in to EGS with; the role `Owner` can manage every key, `Editor` those of its workspace. " +
					"Exactly one of `api_key` and `access_token` is needed where EGS is used. Can be set with `EGS_API_KEY`.",
				Optional:  true,
				Sensitive: true,
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "Access token of EGS to use as it is, where a site hands one out. It is not renewed: it must outlive " +
					"the run. Can be set with `EGS_ACCESS_TOKEN`.",
				Optional:  true,
				Sensitive: true,
			},
			"h2ogpte": schema.SingleNestedAttribute{
				MarkdownDescription: "How to reach Enterprise h2oGPTe. Needed only where its types (`egs_h2ogpte_…`) are used. What is left " +
					"out comes from the environment.",
				Optional: true,
				Attributes: map[string]schema.Attribute{
					"endpoint": schema.StringAttribute{
						MarkdownDescription: "Base URL of the h2oGPTe API, which ends in `/api/v1`, for example " +
							"`https://h2ogpte.example.com/api/v1`. Can be set with `H2OGPTE_ENDPOINT`.",
						Optional: true,
					},
					"api_key": schema.StringAttribute{
						MarkdownDescription: "API key of an h2oGPTe administrator. Can be set with `H2OGPTE_API_KEY`.",
						Optional:            true,
						Sensitive:           true,
					},
				},
			},
			"gaia": schema.SingleNestedAttribute{
				MarkdownDescription: "How to reach Search GAIA. Needed only where its types (`egs_gaia_…`) are used. What is left out comes " +
					"from the environment.",
				Optional: true,
				Attributes: map[string]schema.Attribute{
					"endpoint": schema.StringAttribute{
						MarkdownDescription: "Base URL of the Search GAIA API, for example `https://gaia.example.com`: what stands before " +
							"`/es/api/v1`; a path prefix is kept. Can be set with `GAIA_ENDPOINT`.",
						Optional: true,
					},
					"authorization_scheme": schema.StringAttribute{
						MarkdownDescription: "The word before the key in the header `Authorization`. Defaults to `" + defaultScheme + "`; a site may " +
							"log its administrators in in another way.",
						Optional: true,
					},
					"api_key": schema.StringAttribute{
						MarkdownDescription: "API key of Search GAIA that may manage keys, or what else stands behind the scheme in the header " +
							"`Authorization`. Can be set with `GAIA_API_KEY`.",
						Optional:  true,
						Sensitive: true,
					},
				},
			},
			"ca_cert": schema.StringAttribute{
				MarkdownDescription: "Certificate authority to trust, for all services: PEM text, or the path of a PEM file. **Only** what it " +
					"holds is trusted then, not the system's authorities. Can be set with `EGS_CA_CERT`.",
				Optional: true,
			},
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Whether to accept any certificate, of all services. Defaults to `false`; whoever sits between Terraform " +
					"and a service can read the keys if it is `true`. Can be set with `EGS_INSECURE_SKIP_VERIFY`.",
				Optional: true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "How long one attempt of a request to any service may take, as a duration such as `30s` or `2m`. " +
					"Defaults to `30s`.",
				Optional: true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Maximum number of retries of a request that failed, for each service. Defaults to `4`. A create is " +
					"retried only if it is certain that nothing was created.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "How many requests are sent a second at most, to each service by itself, for one that limits them. No " +
					"limit by default.",
				Optional:   true,
				Validators: []validator.Float64{float64validator.AtLeast(0.01)},
			},
			"expiry_warning_days": schema.Int64Attribute{
				MarkdownDescription: "How many days before a key expires every plan begins to warn of it. Defaults to `14`; `0` turns the " +
					"warning off. Keys that are renewed (with a `validity_period_days` in EGS, with `early_renewal_days` in h2oGPTe) give no " +
					"warning.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

// ValidateConfig implements provider.ProviderWithValidateConfig.
func (p *egsProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	resp.Diagnostics.Append(m.faults()...)
}

// Configure implements provider.Provider. It sends no request: the first resource
// that needs a service logs in. Nor does it ask for what no resource may need.
func (p *egsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	s, diags := m.settings(p.options.Getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := connect(s, &p.temporary, transport.Options{
		RootCAs:            s.rootCAs,
		InsecureSkipVerify: s.insecureSkipVerify,
		RequestTimeout:     s.requestTimeout,
		MaxRetries:         s.maxRetries,
		RetryWaitMin:       p.options.RetryWaitMin,
		RetryWaitMax:       p.options.RetryWaitMax,
		RequestsPerSecond:  s.requestsPerSecond,
		DialContext:        p.options.DialContext,
		UserAgent:          userAgent(p.options.Version, req.TerraformVersion, p.options.Getenv),
	}, p.options.Now)
	resp.DataSourceData = data
	resp.ResourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// Resources implements provider.Provider.
func (p *egsProvider) Resources(context.Context) []func() resource.Resource {
	return offered(func(f offer) []func() resource.Resource { return f.resources })
}

// DataSources implements provider.Provider.
func (p *egsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return offered(func(f offer) []func() datasource.DataSource { return f.dataSources })
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *egsProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return offered(func(f offer) []func() ephemeral.EphemeralResource { return f.ephemeralResources })
}

// ListResources implements provider.ProviderWithListResources.
func (p *egsProvider) ListResources(context.Context) []func() list.ListResource {
	return offered(func(f offer) []func() list.ListResource { return f.listResources })
}

// Actions implements provider.ProviderWithActions.
func (p *egsProvider) Actions(context.Context) []func() action.Action {
	return offered(func(f offer) []func() action.Action { return f.actions })
}
