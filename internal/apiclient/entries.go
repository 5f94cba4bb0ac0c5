// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// entrySize determines the maximum number of entries of a list: the maximum size of a list in bytes, divided by entrySize.
// Without this limit, a list of very small entries could use up the memory.
const entrySize = 256

// MaxDetails is the maximum number of reasons that are read from an error response.
const MaxDetails = 100

// maxEntry is the maximum size of an entry in bytes, before it is decoded. A decoded entry needs many times as much memory.
const maxEntry = 1 << 20

// MaxEntries returns the maximum number of entries that a list from this connection may have.
func (c *Conn) MaxEntries() int { return int(c.Transport.MaxList() / entrySize) }

// lenient makes the decoder as tolerant as encoding/json. For example, the decoder accepts duplicate names.
var lenient = jsonv1.DefaultOptionsV1()

// Decode has the same result as Unmarshal of encoding/json, but reads the document only once instead of twice.
func Decode(document []byte, into any) error { return json.Unmarshal(document, into, lenient) }

// Span is the position of a JSON member in the document that is passed to Decode. A field of this type avoids a copy of a
// large member.
type Span struct{ from, to int64 }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (s *Span) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	s.to = d.InputOffset()
	s.from = s.to - int64(len(value))
	return err
}

// In returns the text of the member. The parameter document must be the document that was passed to Decode. The text is empty
// if the document has no such member.
func (s *Span) In(document []byte) []byte { return document[s.from:s.to:s.to] }

// errNoArray is the error for a document that is not the expected array. The error does not quote the document, which may
// contain secrets.
var errNoArray = errors.New("the list is not a JSON array")

// Entries decodes the entries of a list one at a time. For every entry, it calls the function each with the entry and the
// error of its decoding. The entry is overwritten after the call. If the parameter name is "", the document must be a JSON
// array, the list. Otherwise, the document must be a JSON object, and the parameter name is the name of the member that
// contains the list. The result none is true if there is no list: the document is null, the document is an object without
// members, or the member is null. The error is ErrListTooLarge if there are more entries than the parameter most allows, or if
// an entry is larger than 1 MiB.
func Entries[E any](document []byte, name string, most int, each func(entry *E, err error)) (none bool, err error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(document), lenient)
	if name == "" {
		none, err = entriesOf(d, most, each)
	} else {
		none, err = entriesIn(d, name, most, each)
	}
	if err != nil {
		return false, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return false, errNoArray
	}
	return none, nil
}

// entriesIn implements Entries for a document that is a JSON object. If the object has two members with the name, entriesIn
// returns an error.
func entriesIn[E any](d *jsontext.Decoder, name string, most int, each func(entry *E, err error)) (none bool, err error) {
	missing := fmt.Errorf("the list has no data.%s array", name)
	switch token, err := d.ReadToken(); {
	case err != nil:
		return false, missing
	case token.Kind() == 'n':
		return true, nil
	case token.Kind() != '{':
		return false, missing
	}
	found, others := false, false
	for d.PeekKind() == '"' {
		member, err := d.ReadToken()
		switch is := err == nil && member.String() == name; {
		case err != nil || is && found:
			return false, missing
		case is:
			found = true
			if none, err = entriesOf(d, most, each); errors.Is(err, errNoArray) {
				return false, missing
			} else if err != nil {
				return false, err
			}
		default:
			others = true
			if d.SkipValue() != nil {
				return false, missing
			}
		}
	}
	if _, err := d.ReadToken(); err != nil || !found && others {
		return false, missing
	}
	return none || !found, nil
}

// entriesOf implements Entries for a JSON array.
func entriesOf[E any](d *jsontext.Decoder, most int, each func(entry *E, err error)) (none bool, err error) {
	switch token, err := d.ReadToken(); {
	case err != nil:
		return false, errNoArray
	case token.Kind() == 'n':
		return true, nil
	case token.Kind() != '[':
		return false, errNoArray
	}
	var entry, zero E
	for n := 0; d.PeekKind() != ']'; n++ {
		if n == most {
			return false, fmt.Errorf("%w: it has more than %d entries", ErrListTooLarge, most)
		}
		// The text of the whole entry is read before it is decoded. If an entry has the wrong type, decoding stops in the middle
		// of the entry, and the next entry could not be found.
		text, err := d.ReadValue()
		if err != nil {
			return false, errNoArray
		}
		if len(text) > maxEntry {
			return false, fmt.Errorf("%w: an entry is larger than %d MiB", ErrListTooLarge, maxEntry>>20)
		}
		entry = zero
		each(&entry, Decode(text, &entry))
	}
	if _, err := d.ReadToken(); err != nil {
		return false, errNoArray
	}
	return false, nil
}
