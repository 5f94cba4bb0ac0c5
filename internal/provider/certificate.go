// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// parsePEM returns the PEM text in the value, or in the file that the value names. Byte order marks are removed. The text
// is nil if the value is empty, unknown or invalid. parsePEM also returns the value. If the text comes from a file, errors
// about the returned value name the file.
func (v value) parsePEM(diags *diag.Diagnostics) ([]byte, value) {
	if strings.Contains(v.text, "-----BEGIN") {
		return withoutMarks(v.text), v
	}
	name := strings.TrimSpace(v.text)
	if name == "" {
		return nil, v
	}
	content, err := os.ReadFile(name)
	if err == nil {
		v.which = "names the file " + name + ", which "
		return withoutMarks(string(content)), v
	}
	// The message shows the text only if a file of this name exists. Otherwise, the text is possibly a secret.
	shown := fmt.Sprintf("a text of %d characters", utf8.RuneCountInString(name))
	if _, missing := os.Lstat(name); missing == nil && v.name != "client_key" {
		shown = fmt.Sprintf("%q", name)
	}
	if fault, ok := errors.AsType[*fs.PathError](err); ok {
		err = fault.Err
	}
	v.invalid(diags, fmt.Sprintf("is %s, which is neither PEM text nor the path of a readable file (%v)", shown, err))
	return nil, v
}

// withoutMarks removes byte order marks, which some editors on Windows write at the start of a file.
func withoutMarks(text string) []byte { return []byte(strings.ReplaceAll(text, "\ufeff", "")) }

// parseAuthorities returns the certificate authorities. nil means the system's authorities.
func (v value) parseAuthorities(diags *diag.Diagnostics) *x509.CertPool {
	text, v := v.parsePEM(diags)
	if text == nil {
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		v.invalid(diags, "has no certificate in PEM form")
		return nil
	}
	return pool
}

// clientCertificate returns the client certificate, or nil if the certificate is not set, unknown or invalid. One file can
// contain both the certificate and the key.
func (m model) clientCertificate(getenv func(string) string, now time.Time, diags *diag.Diagnostics) *tls.Certificate {
	cert, key := lookup("client_cert", m.ClientCert, getenv), lookup("client_key", m.ClientKey, getenv)
	if cert.unknown || key.unknown || cert.text == "" && key.text == "" {
		return nil
	}
	for _, one := range [][2]value{{cert, key}, {key, cert}} {
		if set, other := one[0], one[1]; other.text == "" {
			if getenv != nil { // If getenv is nil, the environment is not read, and possibly has the other value.
				diags.AddAttributeError(other.path(), "Missing "+other.what, fmt.Sprintf(
					"%s is set, but %s is not. %s", set.source, other.name, other.remedy()))
			}
			return nil
		}
	}
	certText, cert := cert.parsePEM(diags)
	keyText, key := key.parsePEM(diags)
	if certText == nil || keyText == nil {
		return nil
	}
	leaf := find(certText, func(kind string) bool { return kind == "CERTIFICATE" })
	secret := find(keyText, func(kind string) bool { return strings.HasSuffix(kind, "PRIVATE KEY") })
	switch {
	case leaf == nil:
		cert.invalid(diags, "has no certificate in PEM form")
	case secret == nil:
		key.invalid(diags, "has no private key in PEM form")
	case secret.Type == "ENCRYPTED PRIVATE KEY" || secret.Headers["DEK-Info"] != "":
		key.invalid(diags, "is encrypted, and the provider cannot ask for the passphrase; decrypt the key with openssl pkey")
	default:
		return pair(cert, key, leaf.Bytes, certText, keyText, now, diags)
	}
	return nil
}

// pair returns the certificate with its key. leaf is the first certificate in certText.
func pair(cert, key value, leaf, certText, keyText []byte, now time.Time, diags *diag.Diagnostics) *tls.Certificate {
	parsed, err := x509.ParseCertificate(leaf)
	if err != nil {
		cert.invalid(diags, fmt.Sprintf("contains a certificate that cannot be parsed (%v)", err))
		return nil
	}
	keyPair, err := tls.X509KeyPair(certText, keyText)
	switch {
	case err != nil:
		key.invalid(diags, fmt.Sprintf("cannot be used with %s (%v)", cert.source, err))
	case now.After(parsed.NotAfter):
		cert.invalid(diags, fmt.Sprintf("expired at %s; the current time is %s", parsed.NotAfter.Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	case now.Before(parsed.NotBefore):
		cert.invalid(diags, fmt.Sprintf("is not valid before %s; the current time is %s", parsed.NotBefore.Format(time.RFC3339), now.UTC().Format(time.RFC3339)))
	default:
		return &keyPair
	}
	return nil
}

// find returns the first PEM block with a type that the function chosen accepts, or nil.
func find(text []byte, chosen func(kind string) bool) *pem.Block {
	for {
		block, rest := pem.Decode(text)
		if block == nil || chosen(block.Type) {
			return block
		}
		text = rest
	}
}
