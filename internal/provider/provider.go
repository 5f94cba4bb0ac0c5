// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

var (
	_ provider.ProviderWithValidateConfig     = (*egsProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*egsProvider)(nil)
	_ provider.ProviderWithListResources      = (*egsProvider)(nil)
	_ provider.ProviderWithActions            = (*egsProvider)(nil)
	_ egs.Provider                            = (*services)(nil)
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
}

// egsProvider is the provider "egs".
type egsProvider struct {
	options Options
}

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
		MarkdownDescription: "Manages the API keys of EGS (Elastic GPU Service), which shares the GPUs of many Kubernetes " +
			"clusters between teams.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				MarkdownDescription: "Base URL of the EGS Core API, for example `https://egs.example.com`; a path prefix is kept. " +
					"Can be set with `EGS_ENDPOINT`.",
				Optional: true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "API key to log in with; the role `Owner` can manage every key, `Editor` those of its workspace. " +
					"Exactly one of `api_key` and `access_token` is needed. Can be set with `EGS_API_KEY`.",
				Optional:  true,
				Sensitive: true,
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "Access token to use as it is, where a site hands one out. It is not renewed: it must outlive " +
					"the run. Can be set with `EGS_ACCESS_TOKEN`.",
				Optional:  true,
				Sensitive: true,
			},
			"ca_cert": schema.StringAttribute{
				MarkdownDescription: "Certificate authority to trust: PEM text, or the path of a PEM file. **Only** what it holds is trusted then, " +
					"not the system's authorities. " +
					"Can be set with `EGS_CA_CERT`.",
				Optional: true,
			},
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Whether to accept any certificate. Defaults to `false`; whoever sits between Terraform and " +
					"EGS can read the keys if it is `true`. Can be set with `EGS_INSECURE_SKIP_VERIFY`.",
				Optional: true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "How long one attempt of a request may take, as a duration such as `30s` or `2m`. Defaults to `30s`.",
				Optional:            true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a request that failed is tried again. Defaults to `4`. Creating and deleting is only " +
					"tried again where it is certain that nothing was done.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "How many requests are sent a second at most, for a controller that limits them. No limit by default.",
				Optional:            true,
				Validators:          []validator.Float64{float64validator.AtLeast(0.01)},
			},
			"expiry_warning_days": schema.Int64Attribute{
				MarkdownDescription: "How many days before a key's fixed `valid_until` every plan begins to warn of it. Defaults to `14`; " +
					"`0` turns the warning off. Keys with a `validity_period_days` are renewed instead and give no warning.",
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
// that needs the controller logs in.
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
	data := &services{now: p.options.Now, expiryWarningDays: s.expiryWarningDays}
	if len(s.unknown) > 0 {
		data.unknown = unknownSettings(s.unknown)
	} else {
		data.egs = egsapi.New(egsapi.Config{
			Endpoint:    s.endpoint,
			APIKey:      s.apiKey,
			AccessToken: s.accessToken,
			Now:         p.options.Now,
		}, transport.New(transport.Options{
			RootCAs:            s.rootCAs,
			InsecureSkipVerify: s.insecureSkipVerify,
			RequestTimeout:     s.requestTimeout,
			MaxRetries:         s.maxRetries,
			RetryWaitMin:       p.options.RetryWaitMin,
			RetryWaitMax:       p.options.RetryWaitMax,
			RequestsPerSecond:  s.requestsPerSecond,
			UserAgent:          userAgent(p.options.Version, req.TerraformVersion, p.options.Getenv),
		}))
	}
	resp.DataSourceData = data
	resp.ResourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// Resources implements provider.Provider.
func (p *egsProvider) Resources(context.Context) []func() resource.Resource {
	return egs.Resources()
}

// DataSources implements provider.Provider.
func (p *egsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return egs.DataSources()
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *egsProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return egs.EphemeralResources()
}

// ListResources implements provider.ProviderWithListResources.
func (p *egsProvider) ListResources(context.Context) []func() list.ListResource {
	return egs.ListResources()
}

// Actions implements provider.ProviderWithActions.
func (p *egsProvider) Actions(context.Context) []func() action.Action {
	return egs.Actions()
}

// services is what the provider hands to the types of all services.
type services struct {
	now func() time.Time
	egs *egsapi.Client
	// unknown is the error of whoever needs a client while a setting is not known.
	unknown           diag.Diagnostics
	expiryWarningDays int64
}

// EGS implements egs.Provider.
func (s *services) EGS() (*egsapi.Client, diag.Diagnostics) { return s.egs, s.unknown }

// Now implements egs.Provider.
func (s *services) Now() time.Time { return s.now() }

// ExpiryWarningDays implements egs.Provider.
func (s *services) ExpiryWarningDays() int64 { return s.expiryWarningDays }
