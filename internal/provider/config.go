// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// attributes has the attributes that have an environment variable, or whose values this package validates.
var attributes = map[string]attribute{
	"endpoint":     {"EGS_ENDPOINT", "EGS endpoint", `the base URL of the EGS Core API, for example "https://egs.example.com"`},
	"api_key":      {"EGS_API_KEY", "EGS credentials", "an EGS API key. Or set access_token, or EGS_ACCESS_TOKEN, to an access token"},
	"access_token": {"EGS_ACCESS_TOKEN", "EGS credentials", "an EGS access token"},

	"h2ogpte.endpoint": {"H2OGPTE_ENDPOINT", "h2oGPTe endpoint", `the base URL of the h2oGPTe API, for example "https://h2ogpte.example.com/api/v1"`},
	"h2ogpte.api_key":  {"H2OGPTE_API_KEY", "h2oGPTe credentials", "an API key of an h2oGPTe administrator"},

	"gaia.endpoint":             {"GAIA_ENDPOINT", "Search GAIA endpoint", `the base URL of the Search GAIA API, for example "https://gaia.example.com"`},
	"gaia.api_key":              {"GAIA_API_KEY", "Search GAIA credentials", "a Search GAIA API key that can manage keys"},
	"gaia.authorization_scheme": {"", "authorization scheme", `the word before the key in the Authorization header, for example "Bearer"`},

	"ca_cert":     {"EGS_CA_CERT", "CA certificate", "PEM text, or the path of a PEM file, with the certificate of the authority that issued the server's certificate"},
	"client_cert": {"EGS_CLIENT_CERT", "client certificate", "PEM text, or the path of a PEM file, with the client certificate and its intermediate certificates"},
	"client_key":  {"EGS_CLIENT_KEY", "client key", "PEM text, or the path of a PEM file, with the private key of the client certificate, not encrypted"},

	"insecure_skip_verify": {"EGS_INSECURE_SKIP_VERIFY", "value", "true or false"},
	"max_list_size_mib":    {"EGS_MAX_LIST_SIZE_MIB", "size of lists", "a whole number from 1 to 1024"},
	"request_timeout":      {"", "duration", `a positive duration, for example "30s" or "2m"`},
	"max_clock_skew":       {"EGS_MAX_CLOCK_SKEW", "duration", `a duration, for example "24h", or to 0 to trust the services' clocks`},
}

type attribute struct {
	// variable is the environment variable to use if the attribute is null; "" for none.
	variable string
	// Messages use both fields. The field what is the name of the attribute in summaries, and want describes a valid value.
	what, want string
}

// defaultScheme is the authorization scheme that Search GAIA documents.
const defaultScheme = "Search"

func configSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages workspaces and API keys of EGS (Elastic GPU Service), which shares the GPUs of Kubernetes " +
			"clusters between teams, and API keys of the services that teams run on them: Enterprise h2oGPTe and Search GAIA.",
		Attributes: map[string]schema.Attribute{
			"endpoint": text("Base URL of the EGS Core API, for example `https://egs.example.com`. Can include a path prefix. " +
				"Required if EGS is used. Can be set with `EGS_ENDPOINT`."),
			"api_key": secret("API key with which the provider logs in to EGS. An Owner key can manage all keys; an Editor key can manage " +
				"the keys of its workspace. Exactly one of `api_key` and `access_token` is required if EGS is used. Can be set with " +
				"`EGS_API_KEY`."),
			"access_token": secret("Access token of EGS, as an alternative to `api_key`. The provider does not renew the token, so the " +
				"token must not expire before the run ends. Can be set with `EGS_ACCESS_TOKEN`."),
			"h2ogpte": schema.SingleNestedAttribute{
				MarkdownDescription: "Connection to Enterprise h2oGPTe. Required if its types (`egs_h2ogpte_…`) are used. Omitted attributes " +
					"fall back to environment variables.",
				Optional: true,
				Attributes: map[string]schema.Attribute{
					"endpoint": text("Base URL of the h2oGPTe API, which ends in `/api/v1`, for example " +
						"`https://h2ogpte.example.com/api/v1`. Can be set with `H2OGPTE_ENDPOINT`."),
					"api_key": secret("API key of an h2oGPTe administrator. Can be set with `H2OGPTE_API_KEY`."),
				},
			},
			"gaia": schema.SingleNestedAttribute{
				MarkdownDescription: "Connection to Search GAIA. Required if its types (`egs_gaia_…`) are used. Omitted attributes fall back " +
					"to environment variables.",
				Optional: true,
				Attributes: map[string]schema.Attribute{
					"endpoint": text("Base URL of the Search GAIA API without `/es/api/v1`, for example `https://gaia.example.com`. Can " +
						"include a path prefix. Can be set with `GAIA_ENDPOINT`."),
					"authorization_scheme": text("Scheme of the `Authorization` header, the word before the key. Defaults to `" + defaultScheme + "`."),
					"api_key": secret("API key of Search GAIA that can manage keys. If `authorization_scheme` is set, use the " +
						"credentials for that scheme instead. Can be set with `GAIA_API_KEY`."),
				},
			},
			"ca_cert": text("Certificate authorities to trust, for all services: PEM text, or the path of a PEM file. They **replace** " +
				"the system's authorities. Can be set with `EGS_CA_CERT`."),
			"client_cert": text("Client certificate for servers that require one (mutual TLS), for all services: PEM text, or the path of a PEM " +
				"file, with the certificate and its intermediate certificates. Requires `client_key`. Can be set with `EGS_CLIENT_CERT`."),
			"client_key": secret("Unencrypted private key of `client_cert`: PEM text, or the path of a PEM file. Can be set with " +
				"`EGS_CLIENT_KEY`."),
			"insecure_skip_verify": schema.BoolAttribute{
				MarkdownDescription: "Whether to skip TLS certificate verification, for all services. Defaults to `false`. If `true`, " +
					"anyone on the network path can read the keys. Can be set with `EGS_INSECURE_SKIP_VERIFY`.",
				Optional: true,
			},
			"request_timeout": text("Timeout of one attempt of a request to any service, for example `30s` or `2m`. Defaults to `30s`."),
			"max_clock_skew": text("Maximum difference between the clock of a service (the `Date` header of its responses) and the clock of this machine, " +
				"for example `24h` or `90m`. Defaults to `24h`. `0` allows any difference. If the clocks differ by more than the maximum, " +
				"the provider returns a warning, and does not update `ready_for_renewal` or `previous.overlap_ended`. These operations " +
				"fail: creating a key whose expiry depends on the clock, extending an expiry, and filtering by expiry. Can be set with " +
				"`EGS_MAX_CLOCK_SKEW`."),
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Maximum number of retries of a failed request, for each service. Defaults to `4`. A create is " +
					"retried only if it is certain that nothing was created.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "Maximum requests per second to each service. Defaults to no limit.",
				Optional:            true,
				Validators:          []validator.Float64{float64validator.AtLeast(0.01)},
			},
			"max_list_size_mib": schema.Int64Attribute{
				MarkdownDescription: "Maximum size in MiB of a list that a service returns, for each service. Defaults to `64`. The " +
					"maximum number of entries is 4,096 for each MiB of this limit, that is, 262,144 by default. The provider refuses larger lists, " +
					"so that a faulty server does not exhaust memory. Allowed values: `1` to `1024`. Can be set with " +
					"`EGS_MAX_LIST_SIZE_MIB`.",
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(1, maxListMiB)},
			},
			"expiry_warning_days": schema.Int64Attribute{
				MarkdownDescription: "Plans start to warn this number of days before a key expires. Defaults to `14`. `0` disables the " +
					"warning. There is no warning for keys that the provider renews (`validity_period_days` in EGS, `early_renewal_days` " +
					"in h2oGPTe).",
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true}
}

func secret(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Sensitive: true}
}

type model struct {
	Endpoint           types.String  `tfsdk:"endpoint"`
	APIKey             types.String  `tfsdk:"api_key"`
	AccessToken        types.String  `tfsdk:"access_token"`
	H2OGPTe            types.Object  `tfsdk:"h2ogpte"`
	GAIA               types.Object  `tfsdk:"gaia"`
	CACert             types.String  `tfsdk:"ca_cert"`
	ClientCert         types.String  `tfsdk:"client_cert"`
	ClientKey          types.String  `tfsdk:"client_key"`
	InsecureSkipVerify types.Bool    `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String  `tfsdk:"request_timeout"`
	MaxClockSkew       types.String  `tfsdk:"max_clock_skew"`
	MaxRetries         types.Int64   `tfsdk:"max_retries"`
	RequestsPerSecond  types.Float64 `tfsdk:"requests_per_second"`
	MaxListSizeMiB     types.Int64   `tfsdk:"max_list_size_mib"`
	ExpiryWarningDays  types.Int64   `tfsdk:"expiry_warning_days"`
}

// settings is the checked configuration, completed from the environment.
type settings struct {
	egs, h2ogpte, gaia login

	// The other settings apply to all services.

	reach             transport.Options
	maxClockSkew      time.Duration
	expiryWarningDays int64
	// unknown names the attributes that are known only after apply.
	unknown []string
}

// settings completes the configuration from the environment. Missing settings of a service, and invalid environment
// variables of a service, are errors only for operations that use the service: see login. If getenv is nil, the environment
// is not used. Then diags does not report missing settings, since the environment possibly has them.
func (m model) settings(getenv func(string) string, now func() time.Time) (s settings, diags diag.Diagnostics) {
	s.egs = m.egs(getenv, &diags)
	s.h2ogpte = newLogin("h2ogpte", m.H2OGPTe, getenv, &diags)
	s.gaia = newLogin("gaia", m.GAIA, getenv, &diags)
	scheme := lookup("gaia.authorization_scheme", member(m.GAIA, "authorization_scheme"), getenv).or(defaultScheme)
	s.gaia.scheme = read(&s.gaia, scheme, &diags, value.parseScheme)

	for name, configured := range map[string]attr.Value{
		"ca_cert": m.CACert, "client_cert": m.ClientCert, "client_key": m.ClientKey, "insecure_skip_verify": m.InsecureSkipVerify,
		"request_timeout": m.RequestTimeout, "max_clock_skew": m.MaxClockSkew, "max_retries": m.MaxRetries,
		"requests_per_second": m.RequestsPerSecond, "max_list_size_mib": m.MaxListSizeMiB, "expiry_warning_days": m.ExpiryWarningDays,
	} {
		if configured.IsUnknown() {
			s.unknown = append(s.unknown, name)
		}
	}
	slices.Sort(s.unknown)
	s.reach = transport.Options{
		RootCAs:            lookup("ca_cert", m.CACert, getenv).parseAuthorities(&diags),
		ClientCertificate:  m.clientCertificate(getenv, now(), &diags),
		InsecureSkipVerify: lookup("insecure_skip_verify", m.InsecureSkipVerify, getenv).or("false").parseBool(&diags),
		RequestTimeout:     lookup("request_timeout", m.RequestTimeout, getenv).or("30s").parseDuration(&diags, 1),
		MaxRetries:         int(valueOr(m.MaxRetries, 4)),
		RequestsPerSecond:  m.RequestsPerSecond.ValueFloat64(),
		MaxList:            lookup("max_list_size_mib", m.MaxListSizeMiB, getenv).or("64").parseSize(&diags) << 20,
	}
	s.maxClockSkew = lookup("max_clock_skew", m.MaxClockSkew, getenv).or("24h").parseDuration(&diags, 0)
	s.expiryWarningDays = valueOr(m.ExpiryWarningDays, 14)
	return s, diags
}

// validate returns the errors of the known part of the configuration. It does not report missing settings, since the
// environment of the plan possibly has them.
func (m model) validate(now func() time.Time) diag.Diagnostics {
	_, diags := m.settings(nil, now)
	return diags.Errors()
}

// login has the endpoint and the credentials of a service. It is complete if nothing is missing or unknown.
type login struct {
	endpoint *url.URL
	// scheme is the scheme of Search GAIA's Authorization header.
	scheme, apiKey, accessToken string
	// missing has the errors for operations that use the service: missing settings and invalid environment variables. An
	// invalid variable is not an error for other operations, since the variable can be meant for another program. The
	// errors have no attribute path, since Terraform would look for the path in the resource that uses the service.
	missing diag.Diagnostics
	// unknown names the attributes that are known only after apply.
	unknown []string
}

// newLogin returns the login of a service that is configured in the nested attribute with the name section.
func newLogin(section string, configured types.Object, getenv func(string) string, diags *diag.Diagnostics) (l login) {
	l.endpoint = read(&l, lookup(section+".endpoint", member(configured, "endpoint"), getenv), diags, value.parseEndpoint)
	l.apiKey = read(&l, lookup(section+".api_key", member(configured, "api_key"), getenv), diags, value.parseSecret)
	return l
}

// egs returns the login of EGS, which needs either of two credentials.
func (m model) egs(getenv func(string) string, diags *diag.Diagnostics) (l login) {
	l.endpoint = read(&l, lookup("endpoint", m.Endpoint, getenv), diags, value.parseEndpoint)
	if !m.APIKey.IsNull() || !m.AccessToken.IsNull() {
		getenv = nil // Either attribute takes precedence over both environment variables.
	}
	key, token := lookup("api_key", m.APIKey, getenv), lookup("access_token", m.AccessToken, getenv)
	if !key.isNull() || token.isNull() {
		l.apiKey = read(&l, key, diags, func(_ value, diags *diag.Diagnostics) string {
			if token.source != "" {
				diags.AddAttributeError(key.path(), "Conflicting EGS credentials", fmt.Sprintf(
					"%s and %s are both set. Set either api_key (or %s) or access_token (or %s).",
					key.source, token.source, key.variable, token.variable))
			}
			return key.parseSecret(diags)
		})
	}
	if !token.isNull() {
		l.accessToken = read(&l, token, diags, value.parseSecret)
	}
	return l
}

// read parses a value of the login, or records that it is unknown or missing.
func read[T any](l *login, v value, diags *diag.Diagnostics, parse func(value, *diag.Diagnostics) T) (parsed T) {
	switch {
	case v.unknown:
		l.unknown = append(l.unknown, v.name)
	case v.isNull():
		l.missing.AddError("Missing "+v.what, v.remedy()+" An empty variable is treated as not set.")
	default:
		var found diag.Diagnostics
		parsed = parse(v, &found)
		for _, d := range found {
			if v.source == v.variable && d.Severity() == diag.SeverityError {
				l.missing.AddError(d.Summary(), d.Detail())
			} else {
				diags.Append(d)
			}
		}
	}
	return parsed
}

// unknownSettings returns the errors of an operation that needs attributes that are known only after apply.
func unknownSettings(names []string) (diags diag.Diagnostics) {
	for _, name := range names {
		way := fmt.Sprintf("or set %s to a known value", name)
		if variable := attributes[name].variable; variable != "" {
			way = fmt.Sprintf("set %s to a known value, or omit it and set %s", name, variable)
		}
		diags.AddError("Unknown provider configuration", fmt.Sprintf(
			"The provider's %s is known only after apply, but is needed now: it depends on a resource, for example an API key, that is about "+
				"to be created or replaced. Apply that resource first (terraform apply -target=…), %s.", name, way))
	}
	return diags
}

// member returns a member of a nested attribute. If the nested attribute is unknown, so is the member.
func member(section types.Object, name string) types.String {
	if section.IsUnknown() {
		return types.StringUnknown()
	}
	text, _ := section.Attributes()[name].(types.String)
	return text
}

func valueOr(configured types.Int64, value int64) int64 {
	if configured.IsNull() {
		return value
	}
	return configured.ValueInt64()
}
