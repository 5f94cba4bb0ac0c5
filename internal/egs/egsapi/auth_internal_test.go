// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"
)

func jwt(payload string) string {
	return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2lnbmF0dXJl"
}

func TestReadClaims(t *testing.T) {
	t.Parallel()
	const account = "system:serviceaccount:kubeslice-avesha:"
	for name, test := range map[string]struct {
		token    string
		lifetime time.Duration
		boundTo  string
		// known is whether the token shows its permissions.
		known bool
	}{
		"of the service":     {token: jwt(`{"iat":1700000000,"exp":1700000900,"sub":"` + account + `kubeslice-rbac-rw-external-apis"}`), lifetime: 15 * time.Minute, known: true},
		"of an Editor":       {token: jwt(`{"iat":1,"exp":2,"sub":"` + account + `kubeslice-rbac-rw-slice-red"}`), lifetime: time.Second, boundTo: "red", known: true},
		"of a Viewer":        {token: jwt(`{"iat":1,"exp":2,"sub":"` + account + `kubeslice-rbac-ro-slice-slice-red"}`), lifetime: time.Second, boundTo: "slice-red", known: true},
		"no workspace":       {token: jwt(`{"sub":"` + account + `kubeslice-rbac-ro-slice-"}`)},
		"subject alone":      {token: jwt(`{"sub":"kubeslice-rbac-ro-slice-red"}`), boundTo: "red", known: true},
		"exp before iat":     {token: jwt(`{"iat":2,"exp":1}`)},
		"exp equals iat":     {token: jwt(`{"iat":2,"exp":2}`)},
		"no iat":             {token: jwt(`{"exp":1700000900}`)},
		"no exp":             {token: jwt(`{"iat":1700000900}`)},
		"before 1970":        {token: jwt(`{"iat":-9223372036854775808,"exp":9223372036854775807}`)},
		"too long":           {token: jwt(`{"iat":1,"exp":9223372036854775807}`), lifetime: 365 * 24 * time.Hour},
		"claims of a string": {token: jwt(`{"iat":"1","exp":"2"}`)},
		"fractions":          {token: jwt(`{"iat":1.5,"exp":901.5,"sub":"` + account + `kubeslice-rbac-rw-slice-red"}`), lifetime: 15 * time.Minute, boundTo: "red", known: true},
		"no numbers":         {token: jwt(`{"exp":{},"sub":"` + account + `kubeslice-rbac-rw-slice-red"}`), boundTo: "red", known: true},
		"no object":          {token: jwt(`[]`)},
		"opaque":             {token: "0123456789abcdef"},
		"opaque with dots":   {token: "a.b.c"},
		"four parts":         {token: jwt(`{"iat":1,"exp":2}`) + ".x"},
		"empty":              {},
	} {
		c := readClaims(test.token)
		if got := c.lifetime(); got != test.lifetime {
			t.Errorf("%s: lifetime %s, want %s", name, got, test.lifetime)
		}
		if got, known := c.boundTo(); got != test.boundTo || known != test.known {
			t.Errorf("%s: bound to %q (known: %t), want %q (known: %t)", name, got, known, test.boundTo, test.known)
		}
	}
}

func FuzzReadClaims(f *testing.F) {
	f.Add(int64(1700000000), int64(1700000900), "system:serviceaccount:a:kubeslice-rbac-rw-slice-red", jwt(`{"exp":1e99}`))
	f.Fuzz(func(t *testing.T, issued, expires int64, subject, foreign string) {
		payload, err := json.Marshal(claims{Issued: numericDate(issued), Expires: numericDate(expires), Subject: subject})
		if err != nil {
			t.Fatal(err)
		}
		c := readClaims(jwt(string(payload)))
		const exact = 1 << 53
		if max(issued, -issued, expires, -expires) < exact && (c.Issued != numericDate(issued) || c.Expires != numericDate(expires)) {
			t.Errorf("%s is read as %+v", payload, c)
		}
		for _, c := range []claims{c, readClaims(foreign)} {
			lifetime := c.lifetime()
			if lifetime < 0 || lifetime > 365*24*time.Hour || (lifetime > 0) != (c.Issued > 0 && c.Expires > c.Issued) {
				t.Errorf("%+v: got the lifetime %s", c, lifetime)
			}
			// The client must not renew a new token immediately.
			if margin := min(renewalMargin, lifetime/10); lifetime > 0 && margin >= lifetime {
				t.Errorf("the margin %s is not less than the lifetime %s", margin, lifetime)
			}
		}
	})
}
