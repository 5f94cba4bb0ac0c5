// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
