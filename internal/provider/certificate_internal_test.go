// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// noon is the current time in the tests.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

func pemBlock(kind string, bytes []byte, headers map[string]string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes, Headers: headers}))
}

// newPair returns a certificate and its key. The certificate is valid for an hour from the given time.
func newPair(t *testing.T, from time.Time) (certificate, key string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotBefore: from, NotAfter: from.Add(time.Hour),
	}
	issued, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pemBlock("CERTIFICATE", issued, nil), pemBlock("PRIVATE KEY", encoded, nil)
}

// withClient returns the minimal configuration with a client certificate and its key. If an argument is "", its attribute
// is null.
func withClient(certificate, key string) model {
	return minimal(func(m *model) {
		if certificate != "" {
			m.ClientCert = types.StringValue(certificate)
		}
		if key != "" {
			m.ClientKey = types.StringValue(key)
		}
	})
}

func TestSettings_clientCertificate(t *testing.T) {
	t.Parallel()
	certificate, key := newPair(t, noon)
	both := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(both, []byte("\ufeff"+key+certificate), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		model model
		env   map[string]string
	}{
		"text":                    {model: withClient(certificate, key)},
		"file with both":          {model: withClient(both, both)},
		"byte order marks":        {model: withClient("\ufeff"+certificate, "\ufeff"+key)},
		"environment":             {minimal(func(*model) {}), map[string]string{"EGS_CLIENT_CERT": certificate, "EGS_CLIENT_KEY": both}},
		"key in environment":      {withClient(certificate, ""), map[string]string{"EGS_CLIENT_KEY": key}},
		"environment is not used": {withClient(certificate, key), map[string]string{"EGS_CLIENT_CERT": "a", "EGS_CLIENT_KEY": "a"}},
	} {
		s, diags := test.model.settings(environment(test.env), atNoon)
		if len(diags) != 0 || s.reach.ClientCertificate == nil || s.reach.ClientCertificate.PrivateKey == nil {
			t.Errorf("%s: got %v", name, diags)
		}
		if diags := test.model.validate(atNoon); len(diags) != 0 {
			t.Errorf("%s: validation: got %v", name, diags)
		}
	}
	for name, m := range map[string]model{
		"not set": minimal(func(*model) {}),
		"empty":   minimal(func(m *model) { m.ClientCert, m.ClientKey = types.StringValue(""), types.StringValue("") }),
		"unknown": minimal(func(m *model) { m.ClientCert, m.ClientKey = types.StringValue(certificate), types.StringUnknown() }),
	} {
		if s, diags := m.settings(environment(nil), atNoon); len(diags) != 0 || s.reach.ClientCertificate != nil {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

func TestSettings_clientCertificateFaults(t *testing.T) {
	t.Parallel()
	certificate, key := newPair(t, noon)
	_, otherKey := newPair(t, noon)
	expired, keyOfExpired := newPair(t, noon.Add(-2*time.Hour))
	future, keyOfFuture := newPair(t, noon.Add(time.Hour))
	folder := t.TempDir()
	for name, test := range map[string]struct {
		certificate, key string
		at               string
		mentions         []string
	}{
		"no key":         {certificate, "", "client_key", []string{"client_cert is set, but client_key is not", "EGS_CLIENT_KEY"}},
		"no certificate": {"", key, "client_cert", []string{"client_key is set, but client_cert is not", "EGS_CLIENT_CERT"}},
		"another key":    {certificate, otherKey, "client_key", []string{"client_key cannot be used with client_cert", "does not match"}},
		"encrypted key": {
			certificate, pemBlock("ENCRYPTED PRIVATE KEY", []byte("hunter2"), nil), "client_key",
			[]string{"client_key is encrypted", "openssl pkey"},
		},
		"key encrypted in the traditional form": {
			certificate, pemBlock("RSA PRIVATE KEY", []byte("hunter2"), map[string]string{"DEK-Info": "AES-256-CBC,00"}), "client_key",
			[]string{"client_key is encrypted"},
		},
		"certificate as the key": {certificate, certificate, "client_key", []string{"client_key has no private key in PEM form"}},
		"key as the certificate": {key, key, "client_cert", []string{"client_cert has no certificate in PEM form"}},
		"invalid certificate":    {pemBlock("CERTIFICATE", []byte("a"), nil), key, "client_cert", []string{"cannot be parsed"}},
		"invalid key":            {certificate, pemBlock("PRIVATE KEY", []byte("hunter2"), nil), "client_key", []string{"cannot be used"}},
		"key without PEM":        {certificate, hex.EncodeToString(bytes.Repeat([]byte{7}, 200)), "client_key", []string{"a text of 400 characters"}},
		"key with slashes":       {certificate, "hunter2/" + strings.Repeat("x", 256) + ".key", "client_key", []string{"a text of 268 characters"}},
		"folder as the key":      {certificate, folder, "client_key", []string{"a text of"}},
		"folder":                 {folder, key, "client_cert", []string{folder}},
		"long certificate":       {strings.Repeat("x", 256) + ".crt", key, "client_cert", []string{"a text of 260 characters"}},
		"secret as the key":      {certificate, "hunter2", "client_key", []string{"a text of 7 characters", "EGS_CLIENT_KEY"}},
		"missing file":           {"/does/not/exist.crt", key, "client_cert", []string{"a text of 19 characters", "EGS_CLIENT_CERT"}},
		"expired":                {expired, keyOfExpired, "client_cert", []string{"expired at 2026-11-21T11:00:00Z", "the current time is 2026-11-21T12:00:00Z"}},
		"not valid yet":          {future, keyOfFuture, "client_cert", []string{"is not valid before 2026-11-21T13:00:00Z"}},
	} {
		check := func(diags diag.Diagnostics, mentions ...string) {
			t.Helper()
			if len(diags) != 1 {
				t.Fatalf("%s: got %v, want 1 error", name, diags)
			}
			if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || at.Path().String() != test.at {
				t.Errorf("%s: the error does not point at %s: %v", name, test.at, diags)
			}
			wantMention(t, diags[0], mentions...)
			shown := diags[0].Detail()
			if test.at == "client_key" && strings.Contains(shown, test.key) && test.key != "" || strings.Contains(shown, "-----") {
				t.Errorf("%s: the error shows the text: %v", name, diags)
			}
		}
		_, diags := withClient(test.certificate, test.key).settings(environment(nil), atNoon)
		check(diags, test.mentions...)
		variable := map[string]string{"client_cert": "EGS_CLIENT_CERT", "client_key": "EGS_CLIENT_KEY"}[test.at]
		_, diags = minimal(func(*model) {}).settings(environment(map[string]string{
			"EGS_CLIENT_CERT": test.certificate, "EGS_CLIENT_KEY": test.key,
		}), atNoon)
		check(diags, variable)
	}
}
