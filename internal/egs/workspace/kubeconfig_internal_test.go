// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"strings"
	"testing"
)

func TestParseKubeconfig(t *testing.T) {
	t.Parallel()
	const two = `
current-context: b
contexts:
- {name: a, context: {cluster: one, user: u}}
- {name: b, context: {cluster: two, user: v}}
clusters:
- {name: one, cluster: {server: "https://one"}}
- {name: two, cluster: {server: "https://two", certificate-authority-data: Q0E=}}
users:
- {name: u, user: {token: s3cret}}
- {name: v, user: {token: t0ken}}`
	for name, test := range map[string]struct {
		text string
		want kubeconfig
		err  string
	}{
		"current context":     {two, kubeconfig{host: "https://two", caCertificate: "CA", token: "t0ken"}, ""},
		"no current context":  {strings.Replace(two, "current-context: b", "", 1), kubeconfig{host: "https://one", token: "s3cret"}, ""},
		"unknown context":     {strings.Replace(two, "current-context: b", "current-context: c", 1), kubeconfig{host: "https://one", token: "s3cret"}, ""},
		"no user":             {strings.Replace(two, "name: v", "name: w", 1), kubeconfig{host: "https://two", caCertificate: "CA"}, ""},
		"JSON":                {`{"contexts":[{"context":{"cluster":"c"}}],"clusters":[{"name":"c","cluster":{"server":"https://c"}}]}`, kubeconfig{host: "https://c"}, ""},
		"empty":               {" \n", kubeconfig{}, "empty"},
		"invalid YAML":        {"a: [s3cret", kubeconfig{}, "not a kubeconfig in YAML format"},
		"other YAML":          {"contexts: s3cret", kubeconfig{}, "not a kubeconfig in YAML format"},
		"no contexts":         {"token: s3cret", kubeconfig{}, "no context"},
		"no cluster":          {strings.Replace(two, "name: two", "name: three", 1), kubeconfig{}, "no server"},
		"invalid certificate": {strings.Replace(two, "Q0E=", "s3cret", 1), kubeconfig{}, "not base64"},
	} {
		got, err := parseKubeconfig(test.text)
		switch {
		case test.err == "" && (err != nil || got != test.want):
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "s3cret")):
			t.Errorf("%s: got %v, want %s", name, err, test.err)
		}
	}
}

func FuzzParseKubeconfig(f *testing.F) {
	f.Add("contexts: [{context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: s}}]")
	f.Fuzz(func(t *testing.T, text string) {
		if parts, err := parseKubeconfig(text); err == nil && parts.host == "" {
			t.Error("parseKubeconfig returned neither a host nor an error")
		}
	})
}
