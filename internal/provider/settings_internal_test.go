// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// minimal is a configuration that lacks nothing.
func minimal(change func(*model)) model {
	m := model{Endpoint: types.StringValue("https://egs.example.com"), APIKey: types.StringValue("a-key")}
	change(&m)
	return m
}

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestSettings_faults(t *testing.T) {
	t.Parallel()
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		model model
		env   map[string]string
		// at is the attribute the error points at; mentions are parts of its text.
		at       string
		mentions []string
	}{
		"no endpoint": {
			model{APIKey: types.StringValue("a-key")},
			nil,
			"endpoint",
			[]string{"EGS_ENDPOINT"},
		},
		"endpoint without scheme": {
			minimal(func(m *model) { m.Endpoint = types.StringValue("egs.example.com") }), nil,
			"endpoint",
			[]string{"https://", "EGS_ENDPOINT"},
		},
		"endpoint of another scheme": {
			minimal(func(m *model) { m.Endpoint = types.StringValue("ftp://egs.example.com") }), nil,
			"endpoint",
			[]string{"https://"},
		},
		"endpoint without host": {
			minimal(func(m *model) { m.Endpoint = types.StringValue("https:///api") }), nil,
			"endpoint",
			[]string{"no host"},
		},
		"endpoint with password": {
			minimal(func(m *model) { m.Endpoint = types.StringValue("https://me:hunter2@egs.example.com") }), nil,
			"endpoint",
			[]string{"user name or password"},
		},
		"endpoint with query": {
			minimal(func(m *model) { m.Endpoint = types.StringValue("https://egs.example.com?a=b") }), nil,
			"endpoint",
			[]string{"query"},
		},
		"malformed endpoint in the environment": {
			minimal(func(m *model) { m.Endpoint = types.StringNull() }),
			map[string]string{"EGS_ENDPOINT": "::"},
			"endpoint",
			[]string{"EGS_ENDPOINT is not a URL that begins with https://"},
		},
		"no credentials": {
			model{Endpoint: types.StringValue("https://egs.example.com")},
			nil,
			"api_key",
			[]string{"EGS_API_KEY", "access_token", "EGS_ACCESS_TOKEN"},
		},
		"both credentials in the environment": {
			minimal(func(m *model) { m.APIKey = types.StringNull() }),
			map[string]string{"EGS_API_KEY": "a-key", "EGS_ACCESS_TOKEN": "a-token"},
			"api_key",
			[]string{"EGS_API_KEY", "EGS_ACCESS_TOKEN"},
		},
		"empty key": {
			minimal(func(m *model) { m.APIKey = types.StringValue("") }),
			map[string]string{"EGS_API_KEY": "a-key"},
			"api_key",
			[]string{"empty", "EGS_API_KEY"},
		},
		"empty token": {
			minimal(func(m *model) { m.APIKey, m.AccessToken = types.StringNull(), types.StringValue("") }), nil,
			"access_token",
			[]string{"empty", "EGS_ACCESS_TOKEN"},
		},
		"key with a line end": {
			minimal(func(m *model) { m.APIKey = types.StringValue("a-key\n") }), nil,
			"api_key",
			[]string{"white space", "EGS_API_KEY"},
		},
		"CA file that does not exist": {
			minimal(func(m *model) { m.CACert = types.StringValue("/does/not/exist.pem") }), nil,
			"ca_cert",
			[]string{"/does/not/exist.pem", "EGS_CA_CERT"},
		},
		"CA file without a certificate": {
			minimal(func(*model) {}),
			map[string]string{"EGS_CA_CERT": notPEM},
			"ca_cert",
			[]string{notPEM, "EGS_CA_CERT"},
		},
		"CA text that is broken": {
			minimal(func(m *model) { m.CACert = types.StringValue("-----BEGIN CERTIFICATE-----\nAA\n") }), nil,
			"ca_cert",
			[]string{"no certificate"},
		},
		"insecure that is no boolean": {
			minimal(func(*model) {}),
			map[string]string{"EGS_INSECURE_SKIP_VERIFY": "maybe"},
			"insecure_skip_verify",
			[]string{"EGS_INSECURE_SKIP_VERIFY", "maybe", "true or false"},
		},
		"timeout without a unit": {
			minimal(func(m *model) { m.RequestTimeout = types.StringValue("30") }), nil,
			"request_timeout",
			[]string{"30s"},
		},
		"negative timeout": {
			minimal(func(m *model) { m.RequestTimeout = types.StringValue("-1s") }), nil,
			"request_timeout",
			[]string{"positive"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := test.model.settings(environment(test.env))
			if diags.ErrorsCount() != 1 {
				t.Fatalf("%d errors, want 1: %v", diags.ErrorsCount(), diags)
			}
			fault, ok := diags.Errors()[0].(diag.DiagnosticWithPath)
			if !ok || !fault.Path().Equal(path.Root(test.at)) {
				t.Errorf("the error does not point at %s: %v", test.at, diags)
			}
			for _, part := range test.mentions {
				if !strings.Contains(diags.Errors()[0].Detail(), part) {
					t.Errorf("the error does not mention %q: %s", part, diags.Errors()[0].Detail())
				}
			}
			for _, secret := range []string{"a-key", "a-token", "hunter2"} {
				if strings.Contains(diags.Errors()[0].Detail(), secret) {
					t.Errorf("the error tells a secret: %s", diags.Errors()[0].Detail())
				}
			}
		})
	}
}

func TestSettings_configurationBeatsEnvironment(t *testing.T) {
	t.Parallel()
	env := environment(map[string]string{
		"EGS_ENDPOINT": "https://other.example.com", "EGS_ACCESS_TOKEN": "other", "EGS_INSECURE_SKIP_VERIFY": "true",
	})
	s, diags := minimal(func(m *model) { m.InsecureSkipVerify = types.BoolValue(false) }).settings(env)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if s.endpoint.Host != "egs.example.com" || s.apiKey != "a-key" || s.accessToken != "" || s.insecureSkipVerify {
		t.Errorf("the environment won: %+v", s.endpoint)
	}
}

func TestSettings_environmentAndDefaults(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	s, diags := model{}.settings(environment(map[string]string{
		"EGS_ENDPOINT": "https://egs.example.com/prefix", "EGS_ACCESS_TOKEN": "a-token",
		"EGS_INSECURE_SKIP_VERIFY": "1", "EGS_CA_CERT": ca,
	}))
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	if s.endpoint.Path != "/prefix" || s.accessToken != "a-token" || !s.insecureSkipVerify || s.rootCAs == nil {
		t.Error("the environment was not used")
	}
	if s.requestTimeout != 30*time.Second || s.maxRetries != 4 || s.requestsPerSecond != 0 {
		t.Errorf("defaults: %v, %d, %v", s.requestTimeout, s.maxRetries, s.requestsPerSecond)
	}
}

func TestModel_faultsBeforeThePlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		model  model
		faults int
	}{
		"nothing set":                 {model{}, 0},
		"all unknown":                 {model{Endpoint: types.StringUnknown(), APIKey: types.StringUnknown(), AccessToken: types.StringUnknown()}, 0},
		"one credential of two knows": {minimal(func(m *model) { m.AccessToken = types.StringUnknown() }), 0},
		"both credentials":            {minimal(func(m *model) { m.AccessToken = types.StringValue("b") }), 1},
		"malformed endpoint":          {model{Endpoint: types.StringValue("egs.example.com")}, 1},
		"plain http only warns":       {model{Endpoint: types.StringValue("http://egs.example.com")}, 0},
		"malformed timeout":           {model{RequestTimeout: types.StringValue("30")}, 1},
	} {
		if got := test.model.faults(); len(got) != test.faults {
			t.Errorf("%s: got %v, want %d", name, got, test.faults)
		}
	}
}

func TestSettings_bothCredentialsOnceTheyAreKnown(t *testing.T) {
	t.Parallel()
	_, diags := minimal(func(m *model) { m.AccessToken = types.StringValue("b") }).settings(environment(nil))
	if diags.ErrorsCount() != 1 {
		t.Errorf("got %v, want one error", diags)
	}
}

func TestSettings_unknownValuesWait(t *testing.T) {
	t.Parallel()
	s, diags := model{
		Endpoint: types.StringUnknown(), APIKey: types.StringUnknown(), CACert: types.StringUnknown(), RequestTimeout: types.StringUnknown(),
	}.settings(environment(nil))
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	if got := strings.Join(s.unknown, " "); got != "endpoint api_key ca_cert request_timeout" {
		t.Errorf("unknown: %s", got)
	}
	for i, d := range unknownSettings(s.unknown[:2]) {
		if want := []string{"EGS_ENDPOINT", "EGS_API_KEY"}[i]; !strings.Contains(d.Detail(), want) {
			t.Errorf("the error does not name %s: %s", want, d.Detail())
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
		_, diags := minimal(func(m *model) { m.Endpoint = types.StringValue(endpoint) }).settings(environment(nil))
		if diags.HasError() || (diags.WarningsCount() == 1) != warned {
			t.Errorf("%s: warned %v, want %v", endpoint, diags, warned)
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
		u := parseEndpoint(types.StringValue(text), "", &diags)
		if (u == nil) != diags.HasError() {
			t.Fatalf("%q: %v and %v", text, u, diags)
		}
		if u != nil && (u.User != nil || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "") {
			t.Errorf("%q was accepted", text)
		}
	})
}
