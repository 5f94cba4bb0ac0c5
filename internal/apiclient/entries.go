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

// entrySize is how many bytes of the largest list there are for each entry that it may have, so that small entries do not
// fill the memory.
const entrySize = 256

// MaxDetails is how many reasons of an error are read. What is longer than some of them is not shown.
const MaxDetails = 100

// maxEntry is how large an entry may be, in bytes: its members take many times as much memory.
const maxEntry = 1 << 20

// MaxEntries is how many entries a list may have.
func (c *Conn) MaxEntries() int { return int(c.Transport.MaxList() / entrySize) }

// lenient reads JSON exactly as encoding/json does, for example where a name is there twice, or a member is of another type.
var lenient = jsonv1.DefaultOptionsV1()

// Decode is json.Unmarshal for what may be large: it reads the text once.
func Decode(document []byte, into any) error { return json.Unmarshal(document, into, lenient) }

// Span is where a member is in a document that Decode reads. What may be large is not copied.
type Span struct{ from, to int64 }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (s *Span) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	s.to = d.InputOffset()
	s.from = s.to - int64(len(value))
	return err
}

// In is the text of the member in the document; empty where it is missing.
func (s *Span) In(document []byte) []byte { return document[s.from:s.to:s.to] }

// errNoArray: the document does not hold the array. The text quotes nothing of it.
var errNoArray = errors.New("the list is not a JSON array")

// Entries decodes the entries of a list, one at a time, and calls a function with each and the error that it was decoded
// with; the entry is used again, and none is larger than 1 MiB. The list is a JSON array or, with a name, the member of this name
// of an object. none says that the document is null, or an object without members, or that the member is null. The error is
// ErrListTooLarge if there are more entries than most, or one is too large.
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

// entriesIn decodes the entries of the member of an object. A member that occurs twice is an error.
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
		// What is of another type than the entry ends in the middle of it, so it is found first.
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
