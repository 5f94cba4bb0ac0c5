// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// entrySize is how many bytes of the largest list there are for each entry that it may have, so that small entries do not
// fill the memory.
const entrySize = 256

// MaxEntries is how many entries a list may have.
func (c *Conn) MaxEntries() int { return int(c.Transport.MaxList() / entrySize) }

// errNoArray: the document does not hold the array. The text quotes nothing of it.
var errNoArray = errors.New("the list is no JSON array")

// Entries decodes the entries of a list, one at a time, and calls a function with each and the error that it was decoded
// with; the entry is used again. The list is a JSON array or, with a name, the member of this name of an object. none says
// that the document is null, or an object without members, or that the member is null. The error is ErrListTooLarge if there
// are more entries than most.
func Entries[E any](document []byte, name string, most int, each func(entry *E, err error)) (none bool, err error) {
	d := json.NewDecoder(bytes.NewReader(document))
	if name == "" {
		none, err = entriesOf(d, most, each)
	} else {
		none, err = entriesIn(d, name, most, each)
	}
	if err != nil {
		return false, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return false, errNoArray
	}
	return none, nil
}

// entriesIn decodes the entries of the member of an object. One that stands there twice is none.
func entriesIn[E any](d *json.Decoder, name string, most int, each func(entry *E, err error)) (none bool, err error) {
	missing := fmt.Errorf("the list has no data.%s array", name)
	switch token, err := d.Token(); {
	case err != nil:
		return false, missing
	case token == nil:
		return true, nil
	case token != json.Delim('{'):
		return false, missing
	}
	found, others := false, false
	for d.More() {
		member, err := d.Token()
		switch {
		case err != nil || member == name && found:
			return false, missing
		case member == name:
			found = true
			if none, err = entriesOf(d, most, each); errors.Is(err, errNoArray) {
				return false, missing
			} else if err != nil {
				return false, err
			}
		default:
			others = true
			var skipped json.RawMessage
			if d.Decode(&skipped) != nil {
				return false, missing
			}
		}
	}
	if _, err := d.Token(); err != nil || !found && others {
		return false, missing
	}
	return none || !found, nil
}

// entriesOf decodes the entries of an array.
func entriesOf[E any](d *json.Decoder, most int, each func(entry *E, err error)) (none bool, err error) {
	switch token, err := d.Token(); {
	case err != nil:
		return false, errNoArray
	case token == nil:
		return true, nil
	case token != json.Delim('['):
		return false, errNoArray
	}
	var entry, zero E
	for n := 0; d.More(); n++ {
		if n == most {
			return false, fmt.Errorf("%w: it has more than %d entries", ErrListTooLarge, most)
		}
		entry = zero
		err := d.Decode(&entry)
		if _, invalid := errors.AsType[*json.SyntaxError](err); invalid || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, errNoArray
		}
		each(&entry, err)
	}
	if _, err := d.Token(); err != nil {
		return false, errNoArray
	}
	return false, nil
}
