// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
)

// WantNoSecrets checks that an output contains no secret in any of the forms of hostile.Spellings, no JSON Web Token and no
// secret of h2oGPTe. The parameter secrets has the secrets by description, which errors show. The output must contain each
// text in the parameter logged and the text "request_body". Otherwise, requests were not logged and the check is not valid.
func WantNoSecrets(t *testing.T, shown string, secrets map[string]string, logged ...string) {
	t.Helper()
	for _, text := range append(logged, "request_body") {
		if !strings.Contains(shown, text) {
			t.Errorf("%s was not logged, so the check is not valid", text)
		}
	}
	shown = PrivateShown(shown)
	for what, secret := range secrets {
		if secret == "" {
			t.Errorf("%s is empty, so the check is not valid", what)
			continue
		}
		spellings := hostile.Spellings(secret)
		quoted := Quoted(secret)
		spellings["quoted"], spellings["quoted twice"] = quoted, strings.ReplaceAll(quoted, `\`, `\\`)
		for how, spelled := range spellings {
			if i := strings.Index(shown, spelled); i >= 0 {
				t.Errorf("%s was printed %s: %s…", what, how, shown[max(0, i-200):i+5])
			}
		}
	}
	if at := secretForm.FindStringIndex(shown); at != nil {
		t.Errorf("a secret was printed: %s…", shown[max(0, at[0]-200):at[0]+3])
	}
}

// secretForm matches JSON Web Tokens, which begin with an encoded brace, and secrets of h2oGPTe. So WantNoSecrets also finds
// secrets of deleted keys.
var secretForm = regexp.MustCompile(`eyJ|sk-[0-9A-Za-z]{16}`)

// encoded matches a JSON object in base64, the form of private state. It does not match a token, since a token contains dots.
var encoded = regexp.MustCompile(`"(eyJ[0-9A-Za-z+/]+=*)"`)

// PrivateShown returns the text with decoded private state.
func PrivateShown(text string) string {
	for encoded.MatchString(text) {
		text = encoded.ReplaceAllStringFunc(text, func(match string) string {
			decoded, err := base64.StdEncoding.DecodeString(strings.Trim(match, `"`))
			if err != nil {
				return "not private state" + match[1:]
			}
			return string(decoded)
		})
	}
	return text
}

// Quoted returns a text as a JSON string without the quotation marks.
func Quoted(text string) string {
	encoded := JSON(text)
	return encoded[1 : len(encoded)-1]
}

// JSON returns the value as JSON. It panics if the value cannot be encoded.
func JSON(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// Secrets returns all secrets of the service, by id, and the secrets of the settings, by environment variable.
func (s *Subject) Secrets() map[string]string {
	secrets := map[string]string{}
	for _, id := range s.site.IDs() {
		if secret := s.Secret(id); secret != "" {
			secrets[id] = secret
		}
	}
	maps.Copy(secrets, s.site.Settings)
	return secrets
}

// canary checks that no secret is printed or logged, at the highest log level, under each kind of fault in each kind of request.
// The response to a request with a fault can contain the secret of the requested object.
func (s *Suite) canary(t *testing.T) {
	t.Helper()
	kinds := map[string]func(secret string) simulation.Fault{
		"secret in a 500": func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 500, Body: "oops " + secret}
		},
	}
	for _, kind := range simulation.FaultKinds() {
		kinds[kind] = func(secret string) simulation.Fault {
			fault := simulation.Fault{Kind: kind}
			switch kind {
			case simulation.FaultStatus:
				fault.Status, fault.Body = 400, s.Echo(secret)
			case simulation.FaultHTML:
				fault.Status, fault.Body = 200, "<html>"+secret+"</html>"
			case simulation.FaultRedirect:
				fault.Location = "https://elsewhere.example/?key=" + url.QueryEscape(secret)
			case simulation.FaultDelay:
				fault.DelayMS = 1
			}
			return fault
		}
	}
	for _, how := range []string{"in upper case", "without dashes", "in base64", "reversed", "with a line end", "with a zero-width space"} {
		kinds["secret echoed "+how] = func(secret string) simulation.Fault {
			return simulation.Fault{Kind: simulation.FaultStatus, Status: 400, Body: s.Echo(hostile.Spellings(secret)[how])}
		}
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.canaryOf(t, kind)
		})
	}
}

func (s *Suite) canaryOf(t *testing.T, kind func(secret string) simulation.Fault) {
	t.Helper()
	subject := s.Start(t, Options{Escaped: true})
	d := subject.Driver(s.config())
	var shown bytes.Buffer
	d.Log = &shown
	plan := func() *driver.Result { return d.Plan(driver.Options{}) }
	apply := func() *driver.Result { return d.Apply(driver.Options{}) }
	replace := func() *driver.Result { return d.Apply(driver.Options{Replace: []string{string(s.address())}}) }
	own := ""
	for _, setting := range subject.site.Settings {
		own = setting
	}
	secrets := map[string]string{}
	if s.Marker != "" {
		secrets["any secret"] = s.Marker
		if !strings.HasPrefix(own, s.Marker) {
			t.Errorf("a secret does not begin with %s", s.Marker)
		}
	}
	logged := []string{}
	for _, target := range []struct {
		request string
		managed bool
		command func() *driver.Result
	}{
		{s.LogIn, false, plan}, {s.List, s.Recognized, plan}, {s.Update, true, apply}, {s.Create, false, replace}, {s.Creation, false, replace}, {s.Delete, true, d.Destroy},
	} {
		if target.request == "" {
			continue
		}
		d.Config = s.config()
		shown.WriteString(d.Must(apply()).Text())
		secret := own
		if ids := Saved(d, s.Type, s.ID); target.managed && s.Secret != "" {
			secret = subject.Secret(ids[0])
		}
		if target.request == s.Update {
			d.Config = s.Updated("test", "")
		}
		fault := kind(secret)
		fault.Times = 9
		maps.Copy(secrets, subject.Secrets())
		subject.FailAt(fault, target.request)
		shown.WriteString(target.command().Text())
		subject.Fail()
		maps.Copy(secrets, subject.Secrets())
		_, path, _ := strings.Cut(target.request, " ")
		path, _, _ = strings.Cut(path, "{")
		logged = append(logged, path)
		// Objects that were created but not saved stay in the service.
		for _, id := range subject.Created() {
			subject.Unmanaged[id] = true
			if s.Unique && len(Saved(d, s.Type, s.ID)) == 0 {
				subject.Remove(id)
			}
		}
	}
	acctest.WantText(t, shown.String(), own, 0)
	WantNoSecrets(t, shown.String(), secrets, logged...)
}
