// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// Secrets are examples of API keys. Some contain characters that JSON or a URL escapes.
var Secrets = []string{
	"45338461-ec42-49d2-aef3-ff39099950c5",
	"sk-Hush0123456789abcdefHush",
	`hush-hush"hush\hush`,
	"hush/hushhush%hush?hush#hush+hush=",
	"hush<hushhush>&hush hush",
	"hüsh-hushhush",
}

// CheckEchoedSecrets checks that no error contains a secret from the response. Each function in places returns a response body
// that contains the secret. The function do returns the error that such a body causes. The bodies also contain the first secret
// in reverse; the tests of package apiclient cover all forms of hostile.Spellings.
func CheckEchoedSecrets(t *testing.T, places map[string]func(secret string) any, secrets []string, do func(t *testing.T, body, secret string) error) {
	t.Helper()
	for name, place := range places {
		for i, secret := range secrets {
			spellings := hostile.Spellings(secret)
			for _, how := range []string{"unchanged", "reversed"}[:max(1, 2-i)] {
				spelled := spellings[how]
				t.Run(fmt.Sprintf("%s %q %s", name, secret, how), func(t *testing.T) {
					t.Parallel()
					WantNoSecret(t, do(t, JSON(place(spelled)), secret), secret)
				})
			}
		}
	}
}

// learned checks that no error contains a secret that the client received in an earlier response.
func (s *Suite) learned(t *testing.T) {
	t.Helper()
	if s.Start(t).Learn == nil {
		return
	}
	for _, how := range []string{"unchanged", "reversed"} {
		s.each(t, how, []Kind{Creates, Changes}, func(subject *Subject, o Operation) {
			t := subject.T
			secret, err := subject.Learn(t.Context())
			Must(t, err)
			subject.Fail(o.of(Status(403, subject.Refusal("no key "+hostile.Spellings(secret)[how]+"!"))))
			err = o.Do(t.Context())
			WantNoSecret(t, err, secret)
			if text := err.Error(); !strings.Contains(text, "(hidden)") {
				t.Errorf("got %s", text)
			}
		})
	}
}

// WantNoSecret checks that an error does not contain the secret in any form of hostile.Spellings. It also calls Presentable.
func WantNoSecret(t *testing.T, err error, secret string) {
	t.Helper()
	e, ok := errors.AsType[*apiclient.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *apiclient.Error", err)
	}
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", *e)} {
		if how := hostile.FindSpelling(shown, strings.TrimSpace(secret)); secret != "" && how != "" {
			t.Fatalf("%q is shown %s: %s", secret, how, shown)
		}
	}
	Presentable(t, err)
}

// Presentable checks that an error is printable, and not too long.
func Presentable(t *testing.T, err error) {
	t.Helper()
	const most = 10_000 // An error can quote several texts of 2 KiB.
	if text := err.Error(); !transport.IsPrintable(text) || len(text) > most {
		t.Errorf("not printable, or too long: %q", text[:min(len(text), most)])
	}
}

// JSON returns the value as JSON text.
func JSON(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}
