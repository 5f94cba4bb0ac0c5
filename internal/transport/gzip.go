// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"compress/gzip"
	"fmt"
	"io"
)

const (
	// maxRatio is how many times as large as its compressed form a body may be beyond freeBytes. Lists of keys reach 10,
	// and what is made to fill the memory 1,000.
	maxRatio  = 100
	freeBytes = 1 << 20
)

// expansion expands a compressed body, as long as it is not made to fill the memory.
type expansion struct {
	gzip               *gzip.Reader
	received, expanded int64
}

// expand is the expansion of a body.
func expand(compressed io.Reader) (_ io.Reader, err error) {
	e := &expansion{}
	e.gzip, err = gzip.NewReader(readFunc(func(p []byte) (int, error) {
		n, err := compressed.Read(p)
		e.received += int64(n)
		return n, err
	}))
	return e, err
}

// readFunc is a function that is an io.Reader.
type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// Read implements io.Reader.
func (e *expansion) Read(p []byte) (int, error) {
	n, err := e.gzip.Read(p)
	e.expanded += int64(n)
	if e.expanded > freeBytes && e.expanded > maxRatio*e.received {
		return n, fmt.Errorf("%w: its compressed form expands more than %d times", ErrTooLarge, maxRatio)
	}
	return n, err
}
