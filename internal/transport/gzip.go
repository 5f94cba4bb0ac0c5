// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"compress/gzip"
	"fmt"
	"io"
)

const (
	// maxRatio is the maximum compression ratio of a body. It does not apply to bodies of up to freeBytes. The ratio of key
	// lists is about 10. A gzip bomb, which is meant to fill the memory, has a ratio of about 1,000.
	maxRatio  = 100
	freeBytes = 1 << 20
)

// expansion decompresses a body. received is the number of compressed bytes so far, and expanded the number of decompressed
// bytes.
type expansion struct {
	gzip               *gzip.Reader
	received, expanded int64
}

func expand(compressed io.Reader) (_ io.Reader, err error) {
	e := &expansion{}
	e.gzip, err = gzip.NewReader(readFunc(func(p []byte) (int, error) {
		n, err := compressed.Read(p)
		e.received += int64(n)
		return n, err
	}))
	return e, err
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// Read implements io.Reader. If the compression ratio exceeds maxRatio, Read returns ErrTooLarge.
func (e *expansion) Read(p []byte) (int, error) {
	n, err := e.gzip.Read(p)
	e.expanded += int64(n)
	if e.expanded > freeBytes && e.expanded > maxRatio*e.received {
		return n, fmt.Errorf("%w: its compressed form expands more than %d times", ErrTooLarge, maxRatio)
	}
	return n, err
}
