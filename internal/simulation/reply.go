// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Reply is an HTTP response. The simulator adds Date and Content-Length.
type Reply struct {
	Status int
	// Header may be nil.
	Header map[string]string
	Body   []byte
}

// Encode returns the value as JSON. It panics if the value cannot be encoded.
func Encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // The simulators only encode structs of strings and numbers, so Marshal does not fail.
	}
	return text
}

// JSON returns a response with the value as JSON.
func JSON(status int, value any) Reply {
	return Reply{Status: status, Header: map[string]string{"Content-Type": "application/json"}, Body: Encode(value)}
}

func (r *Reply) set(name, value string) {
	if r.Header == nil {
		r.Header = map[string]string{}
	}
	r.Header[name] = value
}

// send sends the response. If cut is true, send closes the connection in the middle of the body.
func (s *Server) send(w http.ResponseWriter, reply Reply, cut bool) {
	s.setDate(w)
	for name, value := range reply.Header {
		w.Header().Set(name, value)
	}
	if reply.Status == http.StatusNoContent || reply.Status == http.StatusNotModified {
		w.WriteHeader(reply.Status) // A response with this status has no body.
		return
	}
	length := len(reply.Body)
	if cut {
		// An empty body with Content-Length 1 is incomplete.
		length = max(1, length)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(reply.Status)
	if !cut {
		_, _ = w.Write(reply.Body) // The client may have disconnected.
		return
	}
	_, _ = w.Write(reply.Body[:len(reply.Body)/2])
	_ = http.NewResponseController(w).Flush() // Without Flush, the panic would discard the buffered half of the body.
	panic(http.ErrAbortHandler)
}

// sendRaw sends a malformed response, and closes the connection.
func sendRaw(w http.ResponseWriter, response string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(connection, response) // The client may have disconnected.
	_ = connection.Close()
}

func (s *Server) setDate(w http.ResponseWriter) {
	w.Header().Set("Date", s.Now().Format(http.TimeFormat))
}

// pause waits on the real clock, and returns true. If the client disconnects, pause stops waiting and returns false.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
