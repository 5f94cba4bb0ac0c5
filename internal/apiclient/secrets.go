// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
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

// appendFolded appends only the letters and digits of the text to the slice, in lower case. The parameter most is the maximum
// length of the result in bytes.
func appendFolded(to []byte, text string, most int) []byte {
	for _, r := range text {
		if len(to) >= most {
			return to[:most]
		}
		if r < utf8.RuneSelf {
			if c := folding[r]; c != 0 {
				to = append(to, c)
			}
			continue
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			to = utf8.AppendRune(to, unicode.ToLower(r))
		}
	}
	return to[:min(len(to), most)]
}

// folding maps each ASCII letter and digit to its lower case, and every other ASCII character to 0.
var folding = func() (folding [utf8.RuneSelf]byte) {
	for c := range folding {
		if r := rune(c); unicode.IsLetter(r) || unicode.IsDigit(r) {
			folding[c] = byte(unicode.ToLower(r))
		}
	}
	return folding
}()

// reading is a decoded form of a text. The byte text[i] was decoded from the original text between from[i] and to[i].
type reading struct {
	text     []byte
	from, to []int
}

func readingOf(text string) (plain reading) {
	for i := range len(text) {
		plain.add([]byte{text[i]}, i, i+1)
	}
	return plain
}

func (r *reading) add(b []byte, from, to int) {
	for _, c := range b {
		r.text, r.from, r.to = append(r.text, c), append(r.from, from), append(r.to, to)
	}
}

// find searches the reading for the parameter text. For each occurrence, find calls the function found with the position of the
// occurrence in the original text.
func (r *reading) find(text []byte, found func(from, to int)) {
	for start := 0; ; {
		i := bytes.Index(r.text[start:], text)
		if i < 0 {
			return
		}
		first, last := start+i, start+i+len(text)-1
		found(min(r.from[first], r.from[last]), max(r.to[first], r.to[last]))
		start = first + 1
	}
}

// readings returns the decoded forms of a text. The result exact contains the text itself and its unescaped forms. The result all
// contains a form for each spelling (see Secrets), reduced to letters and digits in lower case.
func readings(text string) (exact, all []reading) {
	plain := readingOf(text)
	// The text is unescaped twice, since a JSON document inside a JSON string is escaped twice.
	once := plain.unescaped()
	exact = []reading{plain, once, once.unescaped()}
	for _, r := range exact {
		folded := r.folded()
		all = append(all, folded, folded.reversed())
	}
	for shift := range 4 {
		all = append(all, plain.decoded(base64Digit, 6, shift))
	}
	for shift := range 2 {
		all = append(all, plain.decoded(hexDigit, 4, shift))
	}
	return exact, all
}

// stems returns the set of all parts of the readings that have a length of stem bytes.
func stems(readings []reading) map[[stem]byte]bool {
	all := map[[stem]byte]bool{}
	for _, r := range readings {
		for i := 0; i+stem <= len(r.text); i++ {
			all[[stem]byte(r.text[i:])] = true
		}
	}
	return all
}

func (r *reading) folded() (folded reading) {
	for i := 0; i < len(r.text); {
		c, size := utf8.DecodeRune(r.text[i:])
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			folded.add(utf8.AppendRune(nil, unicode.ToLower(c)), r.from[i], r.to[i+size-1])
		}
		i += size
	}
	return folded
}

func (r *reading) reversed() (reversed reading) {
	for end := len(r.text); end > 0; {
		_, size := utf8.DecodeLastRune(r.text[:end])
		end -= size
		reversed.add(r.text[end:end+size], r.from[end], r.to[end+size-1])
	}
	return reversed
}

// escapes contains the characters with which an escape sequence can begin.
const escapes = `%&\`

// unescape decodes the escape sequences in a secret. If a secret only happens to contain characters such as "%41", a server may
// decode them by mistake.
func unescape(secret string) string {
	plain := readingOf(secret)
	once := plain.unescaped()
	return string(once.text)
}

// escape matches an escaped character of a URL, of HTML or of JSON.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]{2,8};|\\+(u[0-9A-Fa-f]{4}|["/bfnrt])`)

func (r *reading) unescaped() (plain reading) {
	last := 0
	copyTo := func(end int) {
		for i := last; i < end; i++ {
			plain.add(r.text[i:i+1], r.from[i], r.to[i])
		}
	}
	for _, at := range escape.FindAllIndex(r.text, -1) {
		copyTo(at[0])
		last = at[1]
		escaped := r.text[at[0]:at[1]]
		var plainText []byte
		switch digits := bytes.TrimLeft(escaped, `\%`); { // Other escape sequences, such as \n, are dropped.
		case escaped[0] == '&':
			plainText = []byte(html.UnescapeString(string(escaped)))
		case escaped[0] == '%':
			n, _ := strconv.ParseUint(string(digits), 16, 8)
			plainText = []byte{byte(n)}
		case digits[0] == 'u':
			n, _ := strconv.ParseUint(string(digits[1:]), 16, 32)
			plainText = utf8.AppendRune(nil, rune(n)) //nolint:gosec // G115: four hexadecimal digits.
		case digits[0] == '"' || digits[0] == '/':
			plainText = digits
		}
		plain.add(plainText, r.from[at[0]], r.to[at[1]-1])
	}
	copyTo(len(r.text))
	return plain
}

// decoded decodes a reading in base64 or hexadecimal, and returns the folded result. The function digit returns the value of a
// digit, or a negative number for other characters, which are ignored. The parameter bits is the number of bits of a digit, and
// skip is the number of digits to skip at the beginning.
func (r *reading) decoded(digit func(byte) int, bits, skip int) reading {
	var result reading
	value, have, from := 0, 0, 0
	for i, c := range r.text {
		d := digit(c)
		if d < 0 {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if have == 0 {
			from = r.from[i]
		}
		value, have = value<<bits|d, have+bits
		if have >= 8 {
			have -= 8
			result.add([]byte{byte(value >> have)}, from, r.to[i]) //nolint:gosec // G115: the byte that is complete.
			value &= 1<<have - 1
			from = r.from[i]
		}
	}
	return result.folded()
}

func hexDigit(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }

func base64Digit(c byte) int {
	switch c {
	case '-':
		c = '+'
	case '_':
		c = '/'
	}
	return strings.IndexByte(base64Digits, c)
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
