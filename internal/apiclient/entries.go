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

// entrySize limits the number of entries of a list: for each entrySize bytes of its maximum size, a list may have one entry.
// Without this limit, small entries could fill the memory.
const entrySize = 256

// MaxDetails is the maximum number of reasons that are read from an error response.
const MaxDetails = 100

// maxEntry is the maximum size of an entry in bytes. A decoded entry takes many times as much memory.
const maxEntry = 1 << 20

// MaxEntries returns the maximum number of entries of a list.
func (c *Conn) MaxEntries() int { return int(c.Transport.MaxList() / entrySize) }

// lenient makes the decoder accept what encoding/json accepts, for example duplicate names, or members of another type.
var lenient = jsonv1.DefaultOptionsV1()

// Decode is json.Unmarshal for large documents: it reads the text only once.
func Decode(document []byte, into any) error { return json.Unmarshal(document, into, lenient) }

// Span is the position of a member in a document that Decode reads. It avoids a copy of a large member.
type Span struct{ from, to int64 }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (s *Span) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	s.to = d.InputOffset()
	s.from = s.to - int64(len(value))
	return err
}

// In returns the text of the member in the document; it is empty if the member is missing.
func (s *Span) In(document []byte) []byte { return document[s.from:s.to:s.to] }

// errNoArray is the error of a document without the expected array. Its text does not quote the document.
var errNoArray = errors.New("the list is not a JSON array")

// Entries decodes the entries of a list one at a time, and calls each with the entry and its decoding error. The entry is
// reused after the call. If name is empty, the document is the list, a JSON array. Otherwise, the list is the member
// called name of a JSON object. none reports whether the document is null or an object without members, or the member is
// null. The error is ErrListTooLarge if the number of entries exceeds most, or an entry is larger than 1 MiB.
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

// entriesIn decodes the entries of a member of an object. A duplicate member is an error.
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

// entriesOf decodes the entries of an array.
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
		// Decode would stop in the middle of an entry of the wrong type, so the whole entry is read first.
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
