// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	hidden = "(hidden)"
	// maxSearched is the maximum size, in bytes, of a text that is searched for secrets. Longer texts are not shown.
	maxSearched = 16 << 10
	// stem is the minimum number of letters and digits of a secret, or of a part of a secret, that is hidden in any spelling. A
	// shorter part could be an ordinary word.
	stem = 8
)

// Secrets are the secrets that a client knows. The text of a server may contain a secret in a different spelling: with a
// different letter case or different separators, backwards, encoded in base64 or hexadecimal, or escaped for JSON, HTML or a
// URL. Use NewSecrets to create Secrets. Secrets are safe for concurrent use.
type Secrets struct {
	// Form matches texts that look like a secret. Hide hides these texts too, even if the client does not know them. If Form is
	// nil, only known secrets are hidden.
	Form *regexp.Regexp

	mu sync.Mutex
	// own are the credentials of the client.
	own []string
	// known contains the secrets that were passed to Learn. listed contains the secrets in the latest list for each filter.
	known  map[string]bool
	listed map[string][]string
}

// NewSecrets returns the secrets of a client. The parameter own contains the client's credentials. NewSecrets ignores empty
// credentials.
func NewSecrets(form *regexp.Regexp, own ...string) *Secrets {
	s := &Secrets{Form: form, known: map[string]bool{}, listed: map[string][]string{}}
	for _, secret := range own {
		if secret = strings.TrimSpace(secret); secret != "" {
			s.own = append(s.own, secret)
		}
	}
	return s
}

// Learn adds secrets. It ignores empty secrets.
func (s *Secrets) Learn(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); secret != "" {
			s.known[secret] = true
		}
	}
}

// LearnListed sets the secrets in the latest list for the filter. It replaces the secrets in earlier lists for the same filter.
func (s *Secrets) LearnListed(filter string, secrets []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed[filter] = secrets
}

// each calls the function f for every secret. It skips empty secrets, which come from lists that do not show secrets.
func (s *Secrets) each(f func(secret string, listed bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.own {
		f(secret, false)
	}
	for secret := range s.known {
		f(secret, false)
	}
	for _, secrets := range s.listed {
		for _, secret := range secrets {
			if secret != "" {
				f(secret, true)
			}
		}
	}
}

// hideIn is Hide for a code and a message. Both are shown together, so it also hides a secret whose beginning is in the code
// and whose end is in the message.
func (s *Secrets) hideIn(code, message string) (hiddenCode, hiddenMessage string) {
	const split = "\x00"
	if code == "" || len(code)+len(message) >= maxSearched {
		return s.Hide(code), s.Hide(message)
	}
	text := s.Hide(strings.ReplaceAll(code, split, "") + split + message)
	if before, after, whole := strings.Cut(text, split); whole {
		return before, after
	}
	return "", text
}

// Hide replaces all secrets in the text with "(hidden)". It also hides each part of a secret that has eight or more letters and
// digits. But if a secret is known only from a list, Hide does not hide parts of it, since a list may contain many secrets. Call
// Hide before transport.Clip, since Clip may cut a secret in two.
func (s *Secrets) Hide(text string) string {
	switch {
	case text == "":
		return ""
	case len(text) > maxSearched:
		return "(too large to show)"
	}
	exact, folded := readings(text)
	index := stems(folded)
	at := make([]bool, len(text))
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			at[i] = true
		}
	}
	var buffer []byte
	search := func(secret string, listed bool) {
		if secret == "" {
			return
		}
		if !listed {
			buffer = appendFolded(buffer[:0], secret, len(secret)*utf8.UTFMax)
			for i := 0; i+stem <= len(buffer); i++ {
				if !index[[stem]byte(buffer[i:])] {
					continue
				}
				for _, r := range folded {
					r.find(buffer[i:i+stem], mark)
				}
			}
		}
		buffer = appendFolded(buffer[:0], secret, stem)
		where := folded
		switch {
		case len(buffer) < stem:
			buffer, where = append(buffer[:0], secret...), exact
		case !index[[stem]byte(buffer)]:
			return
		default:
			buffer = appendFolded(buffer[:0], secret, len(secret)*utf8.UTFMax)
		}
		for _, r := range where {
			r.find(buffer, mark)
		}
	}
	s.each(func(secret string, listed bool) {
		search(secret, listed)
		if strings.ContainsAny(secret, escapes) {
			search(unescape(secret), listed)
		}
	})
	if s.Form != nil {
		for _, found := range s.Form.FindAllStringIndex(text, -1) {
			mark(found[0], found[1])
		}
	}
	var shown strings.Builder
	for i := range len(text) {
		switch {
		case !at[i]:
			shown.WriteByte(text[i])
		case i == 0 || !at[i-1]:
			shown.WriteString(hidden)
		}
	}
	return shown.String()
}

// FoundIn reports whether a text contains one of the client's credentials in any spelling.
func (s *Secrets) FoundIn(text string) bool {
	return slices.ContainsFunc(s.own, func(secret string) bool { return ContainsSecret(text, secret) })
}

// ContainsSecret reports whether a text contains the secret in any spelling.
func ContainsSecret(text, secret string) bool {
	if secret == "" || text == "" {
		return false
	}
	if strings.Contains(text, secret) {
		return true
	}
	if len(text) < stem || len(text) > maxSearched {
		return false
	}
	var buffers [2][64]byte // These buffers avoid allocations: this function is called for every id of a list.
	folded := appendFolded(buffers[0][:0], secret, len(secret)*utf8.UTFMax)
	if len(folded) < stem || len(text) < len(folded) {
		return false // No spelling of a secret is shorter than its letters and digits.
	}
	if 3*len(text) < 4*len(folded) && utf8.RuneCount(folded) == len(folded) && !strings.ContainsAny(text, escapes) {
		// The text is too short for an encoded or escaped secret, so only its letters and digits are compared.
		short := appendFolded(buffers[1][:0], text, len(text)*utf8.UTFMax)
		if bytes.Contains(short, folded) {
			return true
		}
		slices.Reverse(short)
		return bytes.Contains(short, folded)
	}
	_, readings := readings(text)
	other := folded
	if strings.ContainsAny(secret, escapes) {
		other = appendFolded(nil, unescape(secret), len(secret)*utf8.UTFMax)
	}
	return slices.ContainsFunc(readings, func(r reading) bool {
		return bytes.Contains(r.text, folded) || len(other) >= stem && bytes.Contains(r.text, other)
	})
}
