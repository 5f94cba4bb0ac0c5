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
	// maxSearched is how large a text may be, in bytes, to be shown at all.
	maxSearched = 16 << 10
	// stem is how many letters and digits of a secret are recognized in other spellings; shorter ones would be found in
	// ordinary words.
	stem = 8
)

// Secrets are the secrets that a client knows. A server that repeats one may spell it in another way: in other letter case,
// without or with other separators, backwards, in base64, in hexadecimal, or escaped as JSON, HTML or a URL escapes. The zero
// value is ready for use. It is safe for concurrent use.
type Secrets struct {
	// Form finds what may be a secret that the client does not know; nil finds nothing.
	Form *regexp.Regexp

	mu sync.Mutex
	// own are the credentials of the client.
	own []string
	// known are others, and listed those that lists show, by the filter of the list.
	known  map[string]bool
	listed map[string][]string
}

// NewSecrets are the secrets of a client with these credentials. Empty ones are none.
func NewSecrets(form *regexp.Regexp, own ...string) *Secrets {
	s := &Secrets{Form: form, known: map[string]bool{}, listed: map[string][]string{}}
	for _, secret := range own {
		if secret = strings.TrimSpace(secret); secret != "" {
			s.own = append(s.own, secret)
		}
	}
	return s
}

// Learn adds secrets.
func (s *Secrets) Learn(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); secret != "" {
			s.known[secret] = true
		}
	}
}

// LearnListed replaces the secrets that the list of this filter shows.
func (s *Secrets) LearnListed(filter string, secrets []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed[filter] = secrets
}

// each calls a function for every secret. Lists that hide secrets have empty ones.
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

// hideIn is Hide for a code and a message, which are shown one after the other: a secret may be split.
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

// Hide is the text without secrets, and without parts of them of eight letters and digits or more, except of those that only
// lists show, which may be many. Call it before Clip: what is past the end may be the rest of one.
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
			search(meant(secret), listed)
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

// Spelled says whether a text is or holds one of the client's credentials, in whatever spelling.
func (s *Secrets) Spelled(text string) bool {
	return slices.ContainsFunc(s.own, func(secret string) bool { return Spells(text, secret) })
}

// Spells says whether a text is or holds the secret, in whatever spelling.
func Spells(text, secret string) bool {
	if secret == "" || text == "" {
		return false
	}
	if strings.Contains(text, secret) {
		return true
	}
	if len(text) < stem || len(text) > maxSearched {
		return false
	}
	var buffers [2][64]byte // Lists have many ids.
	folded := appendFolded(buffers[0][:0], secret, len(secret)*utf8.UTFMax)
	if len(folded) < stem || len(text) < len(folded) {
		return false // No spelling is shorter.
	}
	if 3*len(text) < 4*len(folded) && utf8.RuneCount(folded) == len(folded) && !strings.ContainsAny(text, escapes) {
		// It is too short for any but these.
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
		other = appendFolded(nil, meant(secret), len(secret)*utf8.UTFMax)
	}
	return slices.ContainsFunc(readings, func(r reading) bool {
		return bytes.Contains(r.text, folded) || len(other) >= stem && bytes.Contains(r.text, other)
	})
}

// appendFolded appends the letters and digits of a text in lower case, up to a number of bytes.
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

// folding is what ASCII characters are folded to; 0 for what is neither a letter nor a digit.
var folding = func() (folding [utf8.RuneSelf]byte) {
	for c := range folding {
		if r := rune(c); unicode.IsLetter(r) || unicode.IsDigit(r) {
			folding[c] = byte(unicode.ToLower(r))
		}
	}
	return folding
}()

// reading is a way to read a text. Each byte was read from the original text between from and to.
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

// find calls a function with the places in the original text where the reading has this text.
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

// readings are a text and what it escapes, as they are and, in all spellings, without anything but letters and digits in
// lower case.
func readings(text string) (exact, all []reading) {
	plain := readingOf(text)
	// A text in a text is escaped twice.
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

// stems has each piece of the readings that may be the beginning of a secret.
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

// escapes begin what is escaped.
const escapes = `%&\`

// meant is what a secret means that looks as if something were escaped in it.
func meant(secret string) string {
	plain := readingOf(secret)
	once := plain.unescaped()
	return string(once.text)
}

// escape is how URLs, HTML and JSON escape a character.
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
		var meant []byte
		switch digits := bytes.TrimLeft(escaped, `\%`); { // Control characters tell nothing.
		case escaped[0] == '&':
			meant = []byte(html.UnescapeString(string(escaped)))
		case escaped[0] == '%':
			n, _ := strconv.ParseUint(string(digits), 16, 8)
			meant = []byte{byte(n)}
		case digits[0] == 'u':
			n, _ := strconv.ParseUint(string(digits[1:]), 16, 32)
			meant = utf8.AppendRune(nil, rune(n)) //nolint:gosec // G115: four hexadecimal digits.
		case digits[0] == '"' || digits[0] == '/':
			meant = digits
		}
		plain.add(meant, r.from[at[0]], r.to[at[1]-1])
	}
	copyTo(len(r.text))
	return plain
}

// decoded is what digits of so many bits stand for, beginning behind the first so many, and folded. Whatever is no digit
// stands between them for nothing.
func (r *reading) decoded(digit func(byte) int, bits, skip int) reading {
	var meant reading
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
			meant.add([]byte{byte(value >> have)}, from, r.to[i]) //nolint:gosec // G115: the byte that is complete.
			value &= 1<<have - 1
			from = r.from[i]
		}
	}
	return meant.folded()
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
