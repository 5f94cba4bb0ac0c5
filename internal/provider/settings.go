// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// variables are the environment variables that stand in for attributes that are not
// set, by the attributes' names.
var variables = map[string]string{
	"endpoint":             "EGS_ENDPOINT",
	"api_key":              "EGS_API_KEY",
	"access_token":         "EGS_ACCESS_TOKEN",
	"h2ogpte.endpoint":     "H2OGPTE_ENDPOINT",
	"h2ogpte.api_key":      "H2OGPTE_API_KEY",
	"gaia.endpoint":        "GAIA_ENDPOINT",
	"gaia.api_key":         "GAIA_API_KEY",
	"ca_cert":              "EGS_CA_CERT",
	"insecure_skip_verify": "EGS_INSECURE_SKIP_VERIFY",
}

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
	H2OGPTe            types.Object  `tfsdk:"h2ogpte"`
	GAIA               types.Object  `tfsdk:"gaia"`
	CACert             types.String  `tfsdk:"ca_cert"`
	InsecureSkipVerify types.Bool    `tfsdk:"insecure_skip_verify"`
	RequestTimeout     types.String  `tfsdk:"request_timeout"`
	MaxRetries         types.Int64   `tfsdk:"max_retries"`
	RequestsPerSecond  types.Float64 `tfsdk:"requests_per_second"`
	ExpiryWarningDays  types.Int64   `tfsdk:"expiry_warning_days"`
}

// settings is the configuration and the environment, put together and checked.
type settings struct {
	egs, h2ogpte, gaia login

	// The rest is the same for all services.

	rootCAs            *x509.CertPool
	insecureSkipVerify bool
	requestTimeout     time.Duration
	maxRetries         int
	requestsPerSecond  float64
	expiryWarningDays  int64
	// unknown names the attributes whose values another resource has yet to make;
	// where there are any, the settings are not complete.
	unknown []string
}

// settings puts configuration and environment together; the configuration wins.
// What is missing, or malformed in the environment of one service, is no error of a
// provider whose services need not all be used: see login.
func (m model) settings(getenv func(string) string) (s settings, diags diag.Diagnostics) {
	s.egs = m.egsLogin(getenv, &diags)
	s.h2ogpte = h2ogpteService.login(m.H2OGPTe, getenv, &diags)
	s.gaia = gaiaService.login(m.GAIA, getenv, &diags)
	s.gaia.setScheme(gaiaService, member(m.GAIA, "authorization_scheme"), &diags)

	for _, a := range []struct {
		name  string
		value attr.Value
	}{
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
	if !m.CACert.IsUnknown() {
		text := getenv(variables["ca_cert"])
		if !m.CACert.IsNull() {
			text = m.CACert.ValueString()
		}
		s.rootCAs = parseCACert(text, &diags)
	}
	s.insecureSkipVerify = parseInsecure(m.InsecureSkipVerify, getenv(variables["insecure_skip_verify"]), &diags)
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
func (m model) faults() diag.Diagnostics {
	_, diags := m.settings(func(string) string { return "" })
	return diags.Errors()
}

// unknownSettings is the error of an operation that needs settings which are not
// known yet.
func unknownSettings(names []string) (diags diag.Diagnostics) {
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
				"ca_cert (or %s) is neither PEM text nor a file that can be read: %s.", variables["ca_cert"], err))
			return nil
		}
		pem, source = string(content), "The file "+text
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		diags.AddAttributeError(at, "Invalid CA certificate", fmt.Sprintf(
			"%s holds no certificate in PEM form. Set ca_cert, or %s, to the certificate of the authority that issued the "+
				"server's.", source, variables["ca_cert"]))
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
			"The environment variable %s is %q. Set it, or insecure_skip_verify, to true or false.", variables["insecure_skip_verify"], env))
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
