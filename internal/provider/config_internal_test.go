// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// minimal returns a complete configuration for EGS, modified by change.
func minimal(change func(*model)) model {
	m := model{Endpoint: types.StringValue("https://egs.example.com"), APIKey: types.StringValue("a-key")}
	change(&m)
	return m
}

// section returns a nested attribute with one member; the other members are null.
func section(name, value string) types.Object {
	return sectionOf(map[string]attr.Value{name: types.StringValue(value)})
}

func sectionOf(members map[string]attr.Value) types.Object {
	kinds := map[string]attr.Type{}
	for _, name := range []string{"endpoint", "authorization_scheme", "api_key"} {
		kinds[name] = types.StringType
		if members[name] == nil {
			members[name] = types.StringNull()
		}
	}
	return types.ObjectValueMust(kinds, members)
}

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// set returns the minimal configuration with the named attribute set to value.
func set(name, value string) model {
	return minimal(func(m *model) {
		service, member, nested := strings.Cut(name, ".")
		if nested {
			*map[string]*types.Object{"h2ogpte": &m.H2OGPTe, "gaia": &m.GAIA}[service] = section(member, value)
			return
		}
		*map[string]*types.String{
			"endpoint": &m.Endpoint, "api_key": &m.APIKey, "ca_cert": &m.CACert, "request_timeout": &m.RequestTimeout,
			"max_clock_skew": &m.MaxClockSkew,
		}[name] = types.StringValue(value)
	})
}

// wantMention checks that an error contains all parts and no secret.
func wantMention(t *testing.T, d diag.Diagnostic, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(d.Detail(), part) {
			t.Errorf("the error does not mention %q: %s", part, d.Detail())
		}
	}
	for _, secret := range []string{"a-key", "a-token", "hunter2"} {
		if strings.Contains(d.Detail(), secret) {
			t.Errorf("the error contains a secret: %s", d.Detail())
		}
	}
}

// complete is an environment with the settings of all services.
var complete = map[string]string{
	"EGS_ENDPOINT": "https://egs.example.com", "EGS_API_KEY": "a-key",
	"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "H2OGPTE_API_KEY": "a-key",
	"GAIA_ENDPOINT": "https://gaia.example.com", "GAIA_API_KEY": "a-key",
}

func logins(s settings) map[string]login {
	return map[string]login{"EGS": s.egs, "H2OGPTE": s.h2ogpte, "GAIA": s.gaia}
}

// wantMissing checks the errors for operations that use a service. There must be as many errors as mentions, and each error must
// contain the mention at the same index.
func wantMissing(t *testing.T, missing diag.Diagnostics, mentions ...string) {
	t.Helper()
	if len(missing) != len(mentions) {
		t.Fatalf("got %v, want %d errors", missing, len(mentions))
	}
	for i, d := range missing {
		wantMention(t, d, mentions[i])
		// The error must not have an attribute path. Terraform would look for the attribute in the resource that uses the service.
		if _, pointed := d.(diag.DiagnosticWithPath); pointed {
			t.Errorf("the error points at an attribute: %v", d)
		}
	}
}

func TestSettings_faults(t *testing.T) {
	t.Parallel()
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := maps.Clone(complete) // The environment is complete: an empty attribute must not fall back to it.
	check := func(m model, at string, mentions ...string) {
		t.Helper()
		_, diags := m.settings(environment(env), atNoon)
		if diags.ErrorsCount() != 1 {
			t.Fatalf("%s: %d errors, want 1: %v", at, diags.ErrorsCount(), diags)
		}
		fault, ok := diags.Errors()[0].(diag.DiagnosticWithPath)
		if !ok || fault.Path().String() != at {
			t.Errorf("the error does not point at %s: %v", at, diags)
		}
		wantMention(t, diags.Errors()[0], mentions...)
	}
	for _, test := range []struct {
		at, value string
		mentions  []string
	}{
		{"endpoint", "egs.example.com", []string{"https://", "EGS_ENDPOINT"}},
		{"endpoint", "ftp://egs.example.com", []string{"https://"}},
		{"endpoint", "https:///api", []string{"no host"}},
		{"endpoint", "https://me:hunter2@egs.example.com", []string{"user name or password"}},
		{"endpoint", "https://egs.example.com?a=b", []string{"query"}},
		{"endpoint", "", []string{"The value of endpoint is empty; omit the attribute to use the environment variable", "EGS_ENDPOINT"}},
		{"h2ogpte.endpoint", "", []string{"h2ogpte.endpoint is empty", "H2OGPTE_ENDPOINT"}},
		{"gaia.endpoint", "", []string{"gaia.endpoint is empty", "GAIA_ENDPOINT"}},
		{"endpoint", " https://egs.example.com", []string{"has white space", "trimspace()"}},
		{"h2ogpte.endpoint", "https://h2ogpte.example.com/api/v1\n", []string{"has white space"}},
		{"gaia.endpoint", "https://gaia .example.com", []string{"has white space"}},
		{"gaia.endpoint", `"https://gaia.example.com"`, []string{"is in quotes"}},
		{"endpoint", "https://egs.example.com:65536", []string{"has a port above 65535", "EGS_ENDPOINT"}},
		{"gaia.endpoint", "https://egs.example.com:99999999999999999999", []string{"has a port above 65535"}},
		{"endpoint", "\ufeff" + "https://egs.example.com", []string{"byte order mark"}},
		{"h2ogpte.endpoint", "h2ogpte.example.com", []string{
			"The value of h2ogpte.endpoint does not", "H2OGPTE_ENDPOINT", "the h2oGPTe API", "/api/v1",
		}},
		{"gaia.endpoint", "https://me:hunter2@gaia.example.com", []string{
			"user name or password", "gaia.api_key", "GAIA_ENDPOINT", "the Search GAIA API",
		}},
		{"gaia.api_key", "", []string{"empty", "GAIA_API_KEY"}},
		{"gaia.authorization_scheme", "Search a-key", []string{"not one word", "Search"}},
		{"gaia.authorization_scheme", "", []string{"not one word"}},
		{"api_key", "", []string{"empty", "EGS_API_KEY"}},
		{"api_key", "a-key\n", []string{"white space", "EGS_API_KEY"}},
		{"api_key", "\ufeff" + "a-key", []string{"byte order mark"}},
		{"api_key", "'a-key'", []string{"is in quotes"}},
		{"ca_cert", "/does/not/exist.pem", []string{"a text of 19 characters", "neither PEM text nor the path of a readable file", "EGS_CA_CERT"}},
		{"ca_cert", strings.Repeat("x", 400), []string{"a text of 400 characters"}},
		{"ca_cert", "hunter2/hunter2+", []string{"neither PEM text nor the path of a readable file", "a text of 16 characters"}},
		{"ca_cert", "-----BEGIN CERTIFICATE-----\nAA\n", []string{"no certificate"}},
		{"request_timeout", "30", []string{"30s"}},
		{"request_timeout", "-1s", []string{"positive"}},
		{"request_timeout", "0", []string{"positive"}},
		{"max_clock_skew", "1 day", []string{"24h", "EGS_MAX_CLOCK_SKEW"}},
		{"max_clock_skew", "-1s", []string{"24h", "0 to trust"}},
	} {
		check(set(test.at, test.value), test.at, test.mentions...)
	}
	both := minimal(func(m *model) { m.AccessToken = types.StringValue("a-token") })
	check(both, "api_key", "EGS_API_KEY", "EGS_ACCESS_TOKEN")
	emptyToken := model{Endpoint: both.Endpoint, AccessToken: types.StringValue("")}
	check(emptyToken, "access_token", "empty", "EGS_ACCESS_TOKEN")

	env["EGS_CA_CERT"] = notPEM
	check(minimal(func(*model) {}), "ca_cert", notPEM, "EGS_CA_CERT")
	delete(env, "EGS_CA_CERT")
	env["EGS_INSECURE_SKIP_VERIFY"] = "maybe"
	check(minimal(func(*model) {}), "insecure_skip_verify", "EGS_INSECURE_SKIP_VERIFY", "maybe", "true or false")
	delete(env, "EGS_INSECURE_SKIP_VERIFY")
	env["EGS_MAX_LIST_SIZE_MIB"] = "2G"
	check(minimal(func(*model) {}), "max_list_size_mib", "EGS_MAX_LIST_SIZE_MIB", "2G", "1 to 1024")
	env["EGS_MAX_LIST_SIZE_MIB"] = "8"
	if s, diags := minimal(func(*model) {}).settings(environment(env), atNoon); s.reach.MaxList != 8<<20 {
		t.Errorf("got %d, %v", s.reach.MaxList, diags)
	}
}

// TestSettings_missing checks that a missing setting is an error only for operations that use the service.
func TestSettings_missing(t *testing.T) {
	t.Parallel()
	both := map[string]string{"EGS_API_KEY": "a-key", "EGS_ACCESS_TOKEN": "a-token"}
	for name, test := range map[string]struct {
		model   model
		env     map[string]string
		service string
		// mentions contains a part of the text of each expected error.
		mentions []string
	}{
		"all of EGS": {service: "EGS", mentions: []string{"endpoint, or the environment variable EGS_ENDPOINT", "EGS_API_KEY"}},
		"an empty variable": {
			model: model{APIKey: types.StringValue("a-key")}, env: map[string]string{"EGS_ENDPOINT": ""}, service: "EGS",
			mentions: []string{"An empty variable is treated as not set"},
		},
		"endpoint of EGS": {
			model: model{APIKey: types.StringValue("a-key")}, service: "EGS", mentions: []string{"Set the provider's endpoint, or the environment variable EGS_ENDPOINT"},
		},
		"credentials of EGS": {
			model: model{Endpoint: types.StringValue("https://egs.example.com")}, service: "EGS",
			mentions: []string{"EGS_API_KEY, to an EGS API key. Or set access_token, or EGS_ACCESS_TOKEN"},
		},
		"two credentials of EGS in the environment": {
			model: model{Endpoint: types.StringValue("https://egs.example.com")}, env: both, service: "EGS",
			mentions: []string{"EGS_API_KEY and EGS_ACCESS_TOKEN are both set"},
		},
		"one unknown credential of EGS": {model: minimal(func(m *model) { m.APIKey = types.StringUnknown() }), service: "EGS"},
		"nothing is missing":            {model: minimal(func(*model) {}), service: "EGS"},
		"all of h2oGPTe":                {model: minimal(func(*model) {}), service: "H2OGPTE", mentions: []string{"h2ogpte.endpoint, or the environment variable H2OGPTE_ENDPOINT", "h2ogpte.api_key, or the environment variable H2OGPTE_API_KEY"}},
		"all of GAIA":                   {model: minimal(func(*model) {}), service: "GAIA", mentions: []string{"gaia.endpoint, or the environment variable GAIA_ENDPOINT", "gaia.api_key, or the environment variable GAIA_API_KEY"}},
		"all of an empty object":        {model: model{GAIA: sectionOf(map[string]attr.Value{})}, service: "GAIA", mentions: []string{"GAIA_ENDPOINT", "GAIA_API_KEY"}},
		"the key in an object":          {model: model{GAIA: section("endpoint", "https://gaia.example.com")}, service: "GAIA", mentions: []string{"gaia.api_key"}},
		"the endpoint beside a key in the environment": {
			env: map[string]string{"H2OGPTE_API_KEY": "sk-a"}, service: "H2OGPTE", mentions: []string{"h2ogpte.endpoint"},
		},
		"unknown object": {model: model{GAIA: types.ObjectUnknown(nil)}, service: "GAIA"},
		"the endpoint beside an unknown key": {
			model: model{GAIA: sectionOf(map[string]attr.Value{"api_key": types.StringUnknown()})}, service: "GAIA", mentions: []string{"gaia.endpoint"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, diags := test.model.settings(environment(test.env), atNoon)
			if len(diags) != 0 {
				t.Fatalf("the error is not limited to operations that use the service: %v", diags)
			}
			wantMissing(t, logins(s)[test.service].missing, test.mentions...)
		})
	}
}

// TestSettings_malformedEnvironment checks that an invalid environment variable is an error only for operations that use
// the service. The variable can be meant for another program.
func TestSettings_malformedEnvironment(t *testing.T) {
	t.Parallel()
	for service, credentials := range map[string][]string{
		"EGS": {"EGS_API_KEY", "EGS_ACCESS_TOKEN"}, "H2OGPTE": {"H2OGPTE_API_KEY"}, "GAIA": {"GAIA_API_KEY"},
	} {
		check := func(variable, value, mention string) {
			t.Helper()
			env := maps.Clone(complete)
			if variable == "EGS_ACCESS_TOKEN" {
				delete(env, "EGS_API_KEY")
			}
			env[variable] = value
			s, diags := model{}.settings(environment(env), atNoon)
			if len(diags) != 0 {
				t.Errorf("%s=%q: the error is not limited to operations that use the service: %v", variable, value, diags)
			}
			for of, l := range logins(s) {
				if of != service && (len(l.missing) != 0 || l.endpoint == nil) {
					t.Errorf("%s=%q: %s lacks %v", variable, value, of, l.missing)
				}
			}
			wantMissing(t, logins(s)[service].missing, "The value of "+variable+" "+mention)
		}
		for value, mention := range map[string]string{
			"a.example.com": "does not begin with https://", "::": "is not a URL", "https://a.example.com?a=b": "has a query",
			"https:///api": "has no host", "https://me:hunter2@a.example.com": "has a user name or password",
		} {
			check(service+"_ENDPOINT", value, mention)
		}
		for _, credential := range credentials {
			check(credential, "a-key\n", "has white space")
			check(credential, "a-token b", "has white space")
		}
	}
}

// TestSettings_sections reads the settings of a service from a nested attribute and the environment. If a member of the
// nested attribute is missing, the environment or the default is used.
func TestSettings_sections(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"H2OGPTE_ENDPOINT": "https://env.example.com/api/v1", "H2OGPTE_API_KEY": "env-key",
		"GAIA_ENDPOINT": "https://env.example.com", "GAIA_API_KEY": "env-key",
	}
	for name, test := range map[string]struct {
		section              types.Object
		host, apiKey, scheme string
	}{
		"not set": {host: "env.example.com", apiKey: "env-key", scheme: "Search"},
		"null":    {section: types.ObjectNull(nil), host: "env.example.com", apiKey: "env-key", scheme: "Search"},
		"empty":   {section: sectionOf(map[string]attr.Value{}), host: "env.example.com", apiKey: "env-key", scheme: "Search"},
		"only the endpoint": {
			section: section("endpoint", "https://set.example.com"), host: "set.example.com", apiKey: "env-key", scheme: "Search",
		},
		"only the key":    {section: section("api_key", "set-key"), host: "env.example.com", apiKey: "set-key", scheme: "Search"},
		"only the scheme": {section: section("authorization_scheme", "Bearer"), host: "env.example.com", apiKey: "env-key", scheme: "Bearer"},
		"all": {
			section: sectionOf(map[string]attr.Value{
				"endpoint": types.StringValue("https://set.example.com"), "api_key": types.StringValue("set-key"),
				"authorization_scheme": types.StringValue("X-Key"),
			}),
			host: "set.example.com", apiKey: "set-key", scheme: "X-Key",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, diags := model{H2OGPTe: test.section, GAIA: test.section}.settings(environment(env), atNoon)
			if len(diags) != 0 {
				t.Fatal(diags)
			}
			for _, l := range []login{s.h2ogpte, s.gaia} {
				if len(l.missing)+len(l.unknown) != 0 || l.endpoint.Host != test.host || l.apiKey != test.apiKey {
					t.Errorf("got %s, %v, %v", l.endpoint, l.missing, l.unknown)
				}
			}
			if s.gaia.scheme != test.scheme || s.h2ogpte.endpoint.Host == "env.example.com" && s.h2ogpte.endpoint.Path != "/api/v1" {
				t.Errorf("got scheme %s, endpoint %s", s.gaia.scheme, s.h2ogpte.endpoint)
			}
		})
	}
}

// An invalid variable is not an error if the configuration has the attribute.
func TestSettings_configurationTakesPrecedence(t *testing.T) {
	t.Parallel()
	s, diags := minimal(func(m *model) { m.InsecureSkipVerify = types.BoolValue(false) }).settings(environment(map[string]string{
		"EGS_ENDPOINT": "a", "EGS_API_KEY": "a b", "EGS_ACCESS_TOKEN": "a b", "EGS_INSECURE_SKIP_VERIFY": "true",
	}), atNoon)
	if len(diags)+len(s.egs.missing) != 0 {
		t.Fatal(diags, s.egs.missing)
	}
	if s.egs.endpoint.Host != "egs.example.com" || s.egs.apiKey != "a-key" || s.egs.accessToken != "" || s.reach.InsecureSkipVerify {
		t.Errorf("the environment takes precedence: %+v", s.egs.endpoint)
	}
}

// Some editors on Windows write a byte order mark at the start of a file.
func TestSettings_caCertWithByteOrderMark(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	ca := "\ufeff" + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(ca), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{ca, file, file + "\n"} {
		s, diags := set("ca_cert", value).settings(environment(nil), atNoon)
		if len(diags) != 0 || s.reach.RootCAs == nil {
			t.Errorf("%q: got %v", value, diags)
		}
	}
}

// Messages of other packages derive the names of environment variables from the names of attributes.
func TestAttributes_variables(t *testing.T) {
	t.Parallel()
	for name, a := range attributes {
		if a.variable != "" && a.variable != face.Variable(name) {
			t.Errorf("%s: %s, want %s", name, a.variable, face.Variable(name))
		}
	}
}

func TestSettings_environmentAndDefaults(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	s, diags := model{}.settings(environment(map[string]string{
		"EGS_ENDPOINT": "https://egs.example.com/prefix", "EGS_ACCESS_TOKEN": "a-token",
		"EGS_INSECURE_SKIP_VERIFY": "1", "EGS_CA_CERT": ca, "EGS_MAX_CLOCK_SKEW": "0",
	}), atNoon)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	if s.egs.endpoint.Path != "/prefix" || s.egs.accessToken != "a-token" || !s.reach.InsecureSkipVerify || s.reach.RootCAs == nil || s.maxClockSkew != 0 {
		t.Error("the environment was not used")
	}
	if s, _ := (model{}).settings(environment(nil), atNoon); s.maxClockSkew != 24*time.Hour {
		t.Errorf("default: %v", s.maxClockSkew)
	}
	if s.reach.RequestTimeout != 30*time.Second || s.reach.MaxRetries != 4 || s.reach.RequestsPerSecond != 0 || s.reach.MaxList != 64<<20 {
		t.Errorf("defaults: %v, %d, %v", s.reach.RequestTimeout, s.reach.MaxRetries, s.reach.RequestsPerSecond)
	}
}

func TestModel_validate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		model  model
		faults int
	}{
		"nothing set":                    {model{}, 0},
		"all unknown":                    {model{Endpoint: types.StringUnknown(), APIKey: types.StringUnknown(), AccessToken: types.StringUnknown()}, 0},
		"one of two credentials unknown": {minimal(func(m *model) { m.AccessToken = types.StringUnknown() }), 0},
		"both credentials":               {minimal(func(m *model) { m.AccessToken = types.StringValue("b") }), 1},
		"plain http only warns":          {model{Endpoint: types.StringValue("http://egs.example.com")}, 0},
		"malformed in each":              {model{H2OGPTe: section("endpoint", "ftp://a"), GAIA: section("api_key", "a b")}, 2},
	} {
		if got := test.model.validate(atNoon); len(got) != test.faults {
			t.Errorf("%s: got %v, want %d", name, got, test.faults)
		}
	}
}

func TestSettings_unknownValues(t *testing.T) {
	t.Parallel()
	s, diags := model{
		Endpoint: types.StringUnknown(), APIKey: types.StringUnknown(), AccessToken: types.StringUnknown(),
		CACert: types.StringUnknown(), RequestTimeout: types.StringUnknown(), MaxClockSkew: types.StringUnknown(),
		H2OGPTe: sectionOf(map[string]attr.Value{"api_key": types.StringUnknown()}), GAIA: types.ObjectUnknown(nil),
	}.settings(environment(map[string]string{"H2OGPTE_ENDPOINT": "https://h2ogpte.example.com/api/v1", "GAIA_API_KEY": "a-key"}), atNoon)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	for _, test := range []struct {
		unknown []string
		want    string
	}{
		{s.egs.unknown, "endpoint api_key access_token"},
		{s.h2ogpte.unknown, "h2ogpte.api_key"},
		{s.gaia.unknown, "gaia.endpoint gaia.api_key gaia.authorization_scheme"},
		{s.unknown, "ca_cert max_clock_skew request_timeout"},
	} {
		if got := strings.Join(test.unknown, " "); got != test.want {
			t.Errorf("unknown: %s, want %s", got, test.want)
		}
	}
	for name, want := range map[string]string{
		"endpoint": "EGS_ENDPOINT", "api_key": "EGS_API_KEY", "h2ogpte.api_key": "H2OGPTE_API_KEY", "gaia.authorization_scheme": "gaia.authorization_scheme",
	} {
		d := unknownSettings([]string{name})
		if len(d) != 1 || !strings.Contains(d[0].Detail(), want) {
			t.Errorf("%s: the error does not name %s: %v", name, want, d)
		}
	}
}

func TestSettings_plainHTTP(t *testing.T) {
	t.Parallel()
	for endpoint, warned := range map[string]bool{
		"http://egs.example.com":  true,
		"http://10.0.0.1:8080":    true,
		"http://localhost:8080":   false,
		"http://127.0.0.1:8080":   false,
		"http://[::1]:8080":       false,
		"https://egs.example.com": false,
	} {
		for _, of := range []string{"endpoint", "h2ogpte.endpoint", "gaia.endpoint"} {
			_, diags := set(of, endpoint).settings(environment(nil), atNoon)
			if diags.HasError() || (diags.WarningsCount() == 1) != warned {
				t.Errorf("%s %s: got %v, want a warning: %t", of, endpoint, diags, warned)
			}
			for _, d := range diags {
				if at, ok := d.(diag.DiagnosticWithPath); !ok || at.Path().String() != of {
					t.Errorf("%s %s: the warning has another path: %v", of, endpoint, d)
				}
			}
		}
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	const want = "Terraform/1.16.4 (+https://www.terraform.io) " +
		"terraform-provider-egs/1.2.3 (+https://registry.terraform.io/providers/elastic-gpu-service/egs) ci/7"
	if got := userAgent("1.2.3", "1.16.4", environment(map[string]string{"TF_APPEND_USER_AGENT": " ci/7 "})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzParseEndpoint(f *testing.F) {
	f.Add("http://[::1]:8080")
	f.Add("https://me:hunter2@egs.example.com/prefix?a#b")
	f.Fuzz(func(t *testing.T, text string) {
		var diags diag.Diagnostics
		u := value{attribute: attributes["endpoint"], name: "endpoint", text: text, source: "endpoint"}.parseEndpoint(&diags)
		if (u == nil) != diags.HasError() {
			t.Fatalf("%q: %v and %v", text, u, diags)
		}
		if u != nil && (u.User != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "") {
			t.Errorf("%q was accepted", text)
		}
	})
}
