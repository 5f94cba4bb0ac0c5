// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"compress/gzip"
	"fmt"
	"io"
)

const (
	// maxRatio is the maximum compression ratio of a body that is larger than freeBytes. Lists of keys reach a ratio of 10, and
	// gzip bombs, which are meant to fill the memory, reach 1,000.
	maxRatio  = 100
	freeBytes = 1 << 20
)

// expansion decompresses a body up to maxRatio.
type expansion struct {
	gzip               *gzip.Reader
	received, expanded int64
}

// expand returns a reader that decompresses a body.
func expand(compressed io.Reader) (_ io.Reader, err error) {
	e := &expansion{}
	e.gzip, err = gzip.NewReader(readFunc(func(p []byte) (int, error) {
		n, err := compressed.Read(p)
		e.received += int64(n)
		return n, err
	}))
	return e, err
}

// readFunc is a function as an io.Reader.
type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// Read implements io.Reader. The error is ErrTooLarge beyond maxRatio.
func (e *expansion) Read(p []byte) (int, error) {
	n, err := e.gzip.Read(p)
	e.expanded += int64(n)
	if e.expanded > freeBytes && e.expanded > maxRatio*e.received {
		return n, fmt.Errorf("%w: its compressed form expands more than %d times", ErrTooLarge, maxRatio)
	}
	return n, err
}
