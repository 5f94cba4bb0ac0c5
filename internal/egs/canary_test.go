// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// wantNoSecrets looks for secrets, by what they are, and for tokens in what was shown, in every
// form in which they travel.
func wantNoSecrets(t *testing.T, shown string, secrets map[string]string) {
	t.Helper()
	if !strings.Contains(shown, "request_body") {
		t.Error("the requests were not logged: the check looked at nothing")
	}
	shown = privateShown(shown)
	for what, secret := range secrets {
		if secret == "" {
			t.Errorf("%s is empty: the check looked for nothing", what)
			continue
		}
		for _, form := range []string{secret, quoted(t, secret), url.QueryEscape(secret)} {
			if i := strings.Index(shown, form); i >= 0 {
				t.Errorf("%s was shown: %s…", what, shown[max(0, i-200):i+5])
			}
		}
	}
	// Tokens are JSON Web Tokens: they begin with an encoded brace.
	if i := strings.Index(shown, "eyJ"); i >= 0 {
		t.Errorf("a token was shown: %s…", shown[max(0, i-200):i+3])
	}
}

// encoded is a JSON object in base64, as the state holds private data. It has no dots, which tells it from a token.
var encoded = regexp.MustCompile(`"(eyJ[0-9A-Za-z+/]+=*)"`)

// privateShown is the text with private data in clear.
func privateShown(text string) string {
	for encoded.MatchString(text) {
		text = encoded.ReplaceAllStringFunc(text, func(match string) string {
			decoded, err := base64.StdEncoding.DecodeString(strings.Trim(match, `"`))
			if err != nil {
				return "not private data" + match[1:]
			}
			return string(decoded)
		})
	}
	return text
}

// quoted is a text as JSON has it, without the quotation marks.
func quoted(t *testing.T, text string) string {
	t.Helper()
	encoded, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded[1 : len(encoded)-1])
}

// secrets are those of the controller's keys.
func (c *controller) secrets() map[string]string {
	secrets := map[string]string{"the provider's key": c.OwnerKey()}
	for _, key := range c.Keys() {
		secrets["the key "+key.Name] = c.Secret(key.ID)
	}
	return secrets
}

// echoed is the body of a refusal that tells a secret.
func echoed(t *testing.T, secret string) string {
	t.Helper()
	nested, err := json.Marshal(map[string]any{"error": map[string]any{"Message": "no such key " + secret, "Status": 400}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{
		"statusCode": 400, "status": "UNHANDLED_REQUEST_ERROR", "message": "key " + secret,
		"error": map[string]any{"errorKey": "E", "message": "key " + secret, "data": string(nested)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestAccAPIKeyResource_canary looks for every secret in what is printed and logged at the
// highest level, under every kind of fault of every kind of request.
func TestAccAPIKeyResource_canary(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(secret string) simulation.Fault{
		"dropped before": func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultDropBefore, Times: 9} },
		"dropped after": func(string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultDropAfterCommit, Times: 9}
		},
		"truncated":     func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultTruncate, Times: 9} },
		"overrun":       func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultOverrun, Times: 9} },
		"garbled":       func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultGarbled, Times: 9} },
		"HTML":          func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultHTML, Times: 9} },
		"token expired": func(string) simulation.Fault { return simulation.Fault{Kind: simulation.FaultExpireToken, Times: 9} },
		"secret echoed": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: echoed(t, s), Times: 9}
		},
		"secret in a 500": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + s, Times: 9}
		},
		"redirect": func(s string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultRedirect, Location: "https://elsewhere.example/?key=" + url.QueryEscape(s), Times: 9}
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			d := c.Driver(viewerKey(""))
			var shown bytes.Buffer
			d.Log = &shown
			shown.WriteString(d.Must(d.Apply(driver.Options{})).Text())
			managed := c.Secret(c.managed("ci").ID)
			secrets := c.secrets()
			for _, target := range []struct {
				method, path, secret string
				command              func() *driver.Result
			}{
				{http.MethodPost, "/api/v1/auth", c.OwnerKey(), func() *driver.Result { return d.Plan(driver.Options{}) }},
				{http.MethodGet, "/api/v1/api-key/list", managed, func() *driver.Result { return d.Plan(driver.Options{}) }},
				{http.MethodPost, "/api/v1/api-key", c.OwnerKey(), func() *driver.Result { return d.Apply(driver.Options{Replace: []string{testKey}}) }},
				{http.MethodDelete, "/api/v1/api-key", managed, d.Destroy},
			} {
				fault := kind(target.secret)
				fault.Method, fault.Path = target.method, target.path
				c.fault(fault)
				shown.WriteString(target.command().Text())
				c.fault()
			}
			for what, secret := range c.secrets() {
				secrets[what+", at the end"] = secret
			}
			wantNoSecrets(t, shown.String(), secrets)
		})
	}
}

// TestAccWorkspaceKubeconfigEphemeral_canary looks for the kubeconfig and its parts likewise, and
// in the state.
func TestAccWorkspaceKubeconfigEphemeral_canary(t *testing.T) {
	t.Parallel()
	const path = "/api/v1/slice-workspace/kube-config"
	c := simulateEmpty(t, egssim.Options{KubeConfigsUntilReady: 1})
	d := c.Driver(teamA("") + kubeconfigOf)
	var shown bytes.Buffer
	d.Log = &shown
	shown.WriteString(d.Must(d.Apply(driver.Options{})).Text())
	secrets := c.kubeconfigSecrets("team-a", "worker-2")
	config, token := secrets["the kubeconfig"], secrets["the kubeconfig's token"]

	envelope := func(config string) string {
		return `{"statusCode":200,"status":"OK","message":"Success","error":null,"data":{"kubeConfig":` + config + `}}`
	}
	for _, fault := range []simulation.Fault{
		{Kind: simulation.FaultTruncate},
		{Kind: simulation.FaultOverrun},
		{Kind: simulation.FaultGarbled},
		{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + token},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`"` + quoted(t, config) + `\n\t} ` + token + `"`)},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`"contexts: ` + token + `"`)},
		{Kind: simulation.FaultStatus, Status: 200, Body: envelope(`["` + token + `"]`)},
		{Kind: simulation.FaultStatus, Status: 400, Body: `"` + quoted(t, config) + `"`},
	} {
		fault.Method, fault.Path, fault.Times = http.MethodPost, path, 99
		c.fault(fault)
		planned := d.Plan(driver.Options{})
		if planned.Err() == nil && fault.Kind == simulation.FaultStatus {
			t.Errorf("no error with %v", fault.Body)
		}
		shown.WriteString(planned.Text())
	}
	c.fault()
	planned := d.Must(d.Plan(driver.Options{}))
	for _, saved := range []any{planned.Plan.JSON(), d.State()} {
		encoded, err := json.Marshal(saved)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(encoded)
	}
	if c.requests(http.MethodPost, path) < 3 {
		t.Error("the kubeconfig was not asked for: the check looked at nothing")
	}
	wantNoSecrets(t, shown.String(), secrets)
}

// kubeconfigSecrets are a kubeconfig and what is secret of it.
func (c *controller) kubeconfigSecrets(workspace, cluster string) map[string]string {
	c.T.Helper()
	config := c.KubeConfig(workspace, cluster)
	part := func(name string) string {
		found := regexp.MustCompile(name + `: (\S+)`).FindStringSubmatch(config)
		if found == nil {
			c.T.Fatalf("the kubeconfig has no %s", name)
		}
		return found[1]
	}
	return map[string]string{
		"the kubeconfig": config, "the kubeconfig's token": part("token"), "the kubeconfig's authority": part("certificate-authority-data"),
	}
}
