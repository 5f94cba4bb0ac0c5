// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The environment variables that stand in for attributes that are not set.
const (
	envEndpoint           = "EGS_ENDPOINT"
	envAPIKey             = "EGS_API_KEY"      //nolint:gosec // G101: a name, no credential.
	envAccessToken        = "EGS_ACCESS_TOKEN" //nolint:gosec // G101: a name, no credential.
	envCACert             = "EGS_CA_CERT"
	envInsecureSkipVerify = "EGS_INSECURE_SKIP_VERIFY"
)

const (
	defaultRequestTimeout    = "30s"
	defaultMaxRetries        = 4
	defaultExpiryWarningDays = 14
)

// model is the provider's configuration in Terraform's terms.
type model struct {
	Endpoint           types.String  `tfsdk:"endpoint"`
	APIKey             types.String  `tfsdk:"api_key"`
	AccessToken        types.String  `tfsdk:"access_token"`
	CACert             types.String  `tfsdk:"ca_cert"`
	InsecureSkipVerify types.Bool    `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String  `tfsdk:"request_timeout"`
	MaxRetries         types.Int64   `tfsdk:"max_retries"`
	RequestsPerSecond  types.Float64 `tfsdk:"requests_per_second"`
	ExpiryWarningDays  types.Int64   `tfsdk:"expiry_warning_days"`
}

// settings is the configuration and the environment, put together and checked.
type settings struct {
	endpoint            *url.URL
	apiKey, accessToken string
	rootCAs             *x509.CertPool
	insecureSkipVerify  bool
	requestTimeout      time.Duration
	maxRetries          int
	requestsPerSecond   float64
	expiryWarningDays   int64
	// unknown names the attributes whose values another resource has yet to make;
	// where there are any, the settings are not complete.
	unknown []string
}

// settings puts configuration and environment together; the configuration wins.
func (m model) settings(getenv func(string) string) (s settings, diags diag.Diagnostics) {
	for _, a := range []struct {
		name  string
		value attr.Value
	}{
		{"endpoint", m.Endpoint},
		{"api_key", m.APIKey},
		{"access_token", m.AccessToken},
		{"ca_cert", m.CACert},
		{"insecure_skip_verify", m.InsecureSkipVerify},
		{"request_timeout", m.RequestTimeout},
		{"max_retries", m.MaxRetries},
		{"requests_per_second", m.RequestsPerSecond},
		{"expiry_warning_days", m.ExpiryWarningDays},
	} {
		if a.value.IsUnknown() {
			s.unknown = append(s.unknown, a.name)
		}
	}
	if !m.Endpoint.IsUnknown() {
		s.endpoint = parseEndpoint(m.Endpoint, getenv(envEndpoint), &diags)
	}
	if !m.APIKey.IsUnknown() && !m.AccessToken.IsUnknown() {
		s.apiKey, s.accessToken = parseCredentials(m, getenv, &diags)
	}
	if !m.CACert.IsUnknown() {
		text := getenv(envCACert)
		if !m.CACert.IsNull() {
			text = m.CACert.ValueString()
		}
		s.rootCAs = parseCACert(text, &diags)
	}
	s.insecureSkipVerify = parseInsecure(m.InsecureSkipVerify, getenv(envInsecureSkipVerify), &diags)
	if !m.RequestTimeout.IsUnknown() {
		s.requestTimeout = parseTimeout(m.RequestTimeout, &diags)
	}
	s.maxRetries = defaultMaxRetries
	if !m.MaxRetries.IsNull() {
		s.maxRetries = int(m.MaxRetries.ValueInt64())
	}
	s.requestsPerSecond = m.RequestsPerSecond.ValueFloat64()
	s.expiryWarningDays = defaultExpiryWarningDays
	if !m.ExpiryWarningDays.IsNull() {
		s.expiryWarningDays = m.ExpiryWarningDays.ValueInt64()
	}
	return s, diags
}

// faults are the errors of what the configuration itself says, as far as it is
// known: what is missing may come from the environment of the plan.
func (m model) faults() (faults diag.Diagnostics) {
	if m.Endpoint.IsNull() {
		m.Endpoint = types.StringUnknown()
	}
	if m.APIKey.IsNull() && m.AccessToken.IsNull() {
		m.APIKey = types.StringUnknown()
	}
	_, diags := m.settings(func(string) string { return "" })
	return diags.Errors()
}

// unknownSettings is the error of an operation that needs settings which are not
// known yet.
func unknownSettings(names []string) (diags diag.Diagnostics) {
	variables := map[string]string{
		"endpoint":             envEndpoint,
		"api_key":              envAPIKey,
		"access_token":         envAccessToken,
		"ca_cert":              envCACert,
		"insecure_skip_verify": envInsecureSkipVerify,
	}
	for _, name := range names {
		way := ""
		if variable := variables[name]; variable != "" {
			way = fmt.Sprintf(", or leave it out and set %s", variable)
		}
		diags.AddError("Unknown provider configuration", fmt.Sprintf(
			"The provider's %s comes from something that is not made yet, and this operation has to reach the service now. "+
				"Make that first (terraform apply -target=…), set %s to a value that is known%s.", name, name, way))
	}
	return diags
}

func parseEndpoint(configured types.String, env string, diags *diag.Diagnostics) *url.URL {
	at := path.Root("endpoint")
	text, source := env, envEndpoint
	if !configured.IsNull() {
		text, source = configured.ValueString(), "endpoint"
	}
	if text == "" {
		diags.AddAttributeError(at, "Missing EGS endpoint", fmt.Sprintf(
			"Set endpoint, or the environment variable %s, to the base URL of the EGS Core API, for example "+
				"\"https://egs.example.com\".", envEndpoint))
		return nil
	}
	fault := func(problem string) *url.URL {
		diags.AddAttributeError(at, "Invalid EGS endpoint", fmt.Sprintf(
			"The value of %s %s. Set endpoint, or the environment variable %s, to the base URL of the EGS Core API, for "+
				"example \"https://egs.example.com\".", source, problem, envEndpoint))
		return nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fault("is not a URL that begins with https:// or http://")
	case u.Scheme != "http" && u.Scheme != "https":
		return fault("does not begin with https:// or http://")
	case u.Hostname() == "":
		return fault("has no host")
	case u.User != nil:
		return fault("holds a user name or password; the API key goes to api_key")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return fault("has a query or a fragment")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		diags.AddAttributeWarning(at, "Keys travel unencrypted", fmt.Sprintf(
			"The endpoint %s is plain http: everybody on the way can read the API keys. Use https.", u.Redacted()))
	}
	return u
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// contradiction is the error of a configuration that sets two credentials.
func (m model) contradiction() (diags diag.Diagnostics) {
	known := func(s types.String) bool { return !s.IsNull() && !s.IsUnknown() }
	if known(m.APIKey) && known(m.AccessToken) {
		diags.AddAttributeError(path.Root("api_key"), "Contradictory EGS credentials", fmt.Sprintf(
			"api_key and access_token are both set. Set one of them, or leave both out and set %s or %s.", envAPIKey, envAccessToken))
	}
	return diags
}

// parseCredentials returns the one credential that is set.
func parseCredentials(m model, getenv func(string) string, diags *diag.Diagnostics) (apiKey, accessToken string) {
	keyAt, tokenAt := path.Root("api_key"), path.Root("access_token")
	if m.APIKey.IsNull() && m.AccessToken.IsNull() {
		apiKey, accessToken = getenv(envAPIKey), getenv(envAccessToken)
		switch {
		case apiKey == "" && accessToken == "":
			diags.AddAttributeError(keyAt, "Missing EGS credentials", fmt.Sprintf(
				"Set api_key, or the environment variable %s, to an API key of EGS; or access_token, or %s, to an access token.",
				envAPIKey, envAccessToken))
		case apiKey != "" && accessToken != "":
			diags.AddAttributeError(keyAt, "Contradictory EGS credentials", fmt.Sprintf(
				"The environment variables %s and %s are both set. Unset one of them, or set api_key or access_token in the "+
					"provider's configuration.", envAPIKey, envAccessToken))
		}
	} else {
		apiKey, accessToken = m.APIKey.ValueString(), m.AccessToken.ValueString()
		diags.Append(m.contradiction()...)
		switch {
		case !m.APIKey.IsNull() && apiKey == "":
			diags.AddAttributeError(keyAt, "Empty EGS API key", fmt.Sprintf(
				"api_key is empty. Set it to an API key of EGS, or leave it out and set %s.", envAPIKey))
		case !m.AccessToken.IsNull() && accessToken == "":
			diags.AddAttributeError(tokenAt, "Empty EGS access token", fmt.Sprintf(
				"access_token is empty. Set it to an access token of EGS, or leave it out and set %s.", envAccessToken))
		}
	}
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	for _, c := range []struct {
		at              path.Path
		value, name, by string
	}{
		{keyAt, apiKey, "api_key", envAPIKey},
		{tokenAt, accessToken, "access_token", envAccessToken},
	} {
		if strings.ContainsFunc(c.value, blank) {
			diags.AddAttributeError(c.at, "Malformed EGS credentials", fmt.Sprintf(
				"The value of %s (or of %s) holds white space, perhaps the line end of a file. Take it out, in a configuration with trimspace().", c.name, c.by))
		}
	}
	return apiKey, accessToken
}

// parseCACert reads PEM text, or the file of that name; nil means the system's
// authorities.
func parseCACert(text string, diags *diag.Diagnostics) *x509.CertPool {
	if text == "" {
		return nil
	}
	at := path.Root("ca_cert")
	pem, source := text, "The text of ca_cert"
	if !strings.Contains(text, "-----BEGIN") {
		content, err := os.ReadFile(text)
		if err != nil {
			diags.AddAttributeError(at, "Unable to read CA certificate", fmt.Sprintf(
				"ca_cert (or %s) is neither PEM text nor a file that can be read: %s.", envCACert, err))
			return nil
		}
		pem, source = string(content), "The file "+text
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		diags.AddAttributeError(at, "Invalid CA certificate", fmt.Sprintf(
			"%s holds no certificate in PEM form. Set ca_cert, or %s, to the certificate of the authority that issued the "+
				"server's.", source, envCACert))
		return nil
	}
	return pool
}

func parseInsecure(configured types.Bool, env string, diags *diag.Diagnostics) bool {
	if !configured.IsNull() || env == "" {
		return configured.ValueBool()
	}
	insecure, err := strconv.ParseBool(env)
	if err != nil {
		diags.AddAttributeError(path.Root("insecure_skip_verify"), "Invalid value", fmt.Sprintf(
			"The environment variable %s is %q. Set it, or insecure_skip_verify, to true or false.", envInsecureSkipVerify, env))
	}
	return insecure
}

func parseTimeout(configured types.String, diags *diag.Diagnostics) time.Duration {
	text := defaultRequestTimeout
	if !configured.IsNull() {
		text = configured.ValueString()
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", fmt.Sprintf(
			"request_timeout is %q. Set it to a positive duration, for example \"30s\" or \"2m\".", text))
	}
	return timeout
}

// userAgent names Terraform and the provider, as the user agents of providers do,
// and what TF_APPEND_USER_AGENT adds.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := fmt.Sprintf("Terraform/%s (+https://www.terraform.io) terraform-provider-egs/%s (+%s)",
		cmp.Or(terraformVersion, "unknown"), cmp.Or(version, "dev"),
		"https://registry.terraform.io/providers/elastic-gpu-service/egs")
	if more := strings.TrimSpace(getenv("TF_APPEND_USER_AGENT")); more != "" {
		agent += " " + more
	}
	return agent
}
