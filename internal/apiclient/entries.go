// SPDX-License-Identifier: MPL-2.0

package apiclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// errNoArray: the document does not hold the array. The text quotes nothing of it.
var errNoArray = errors.New("the list is no JSON array")

// Entries decodes the entries of a list, one at a time, and calls a function with each and the error that it was decoded
// with; the entry is used again, and none is larger than 1 MiB. The list is a JSON array or, with a name, the member of this name of an object. none says
// that the document is null, or an object without members, or that the member is null. The error is ErrListTooLarge if there
// are more entries than most, or one is too large.
func Entries[E any](document []byte, name string, most int, each func(entry *E, err error)) (none bool, err error) {
	from := &window{document: document, end: len(document)}
	d := json.NewDecoder(from)
	if name == "" {
		none, err = entriesOf(d, from, most, each)
	} else {
		none, err = entriesIn(d, from, name, most, each)
	}
	if err != nil {
		return false, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return false, errNoArray
	}
	return none, nil
}

// window reads a document up to an end, so that what is too large is not decoded.
type window struct {
	document  []byte
	read, end int
}

var errEntryTooLarge = fmt.Errorf("%w: an entry is larger than %d MiB", ErrListTooLarge, maxEntry>>20)

// Read implements io.Reader.
func (w *window) Read(p []byte) (int, error) {
	n := copy(p, w.document[w.read:max(w.read, min(w.end, len(w.document)))])
	w.read += n
	switch {
	case n > 0:
		return n, nil
	case w.read < len(w.document):
		return 0, errEntryTooLarge
	}
	return 0, io.EOF
}

// entriesIn decodes the entries of the member of an object. One that stands there twice is none.
func entriesIn[E any](d *json.Decoder, from *window, name string, most int, each func(entry *E, err error)) (none bool, err error) {
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
			if none, err = entriesOf(d, from, most, each); errors.Is(err, errNoArray) {
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
func entriesOf[E any](d *json.Decoder, from *window, most int, each func(entry *E, err error)) (none bool, err error) {
	switch token, err := d.Token(); {
	case err != nil:
		return false, errNoArray
	case token == nil:
		return true, nil
	case token != json.Delim('['):
		return false, errNoArray
	}
	var entry, zero E
	next := func() bool {
		from.end = int(d.InputOffset()) + maxEntry
		return d.More()
	}
	for n := 0; next(); n++ {
		if n == most {
			return false, fmt.Errorf("%w: it has more than %d entries", ErrListTooLarge, most)
		}
		entry = zero
		err := d.Decode(&entry)
		if errors.Is(err, ErrListTooLarge) {
			return false, err
		}
		if _, invalid := errors.AsType[*json.SyntaxError](err); invalid || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, errNoArray
		}
		each(&entry, err)
	}
	from.end = len(from.document)
	if _, err := d.Token(); err != nil {
		return false, errNoArray
	}
	return false, nil
}
