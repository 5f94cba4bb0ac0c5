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

// Reply is a response that is decided but not yet sent.
type Reply struct {
	Status int
	// Header holds the headers besides Date and Content-Length; nil for none.
	Header map[string]string
	Body   []byte
}

// Encode is the value in JSON, which must be one that JSON can write.
func Encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // the values are structs of strings and numbers of the simulators
	}
	return text
}

// JSON is a response of this value.
func JSON(status int, value any) Reply {
	return Reply{Status: status, Header: map[string]string{"Content-Type": "application/json"}, Body: Encode(value)}
}

// set sets a header, of a response without any too.
func (r *Reply) set(name, value string) {
	if r.Header == nil {
		r.Header = map[string]string{}
	}
	r.Header[name] = value
}

// send writes a response; cut ends the connection in the middle of it.
func (s *Server) send(w http.ResponseWriter, reply Reply, cut bool) {
	s.setDate(w)
	for name, value := range reply.Header {
		w.Header().Set(name, value)
	}
	if reply.Status == http.StatusNoContent || reply.Status == http.StatusNotModified {
		w.WriteHeader(reply.Status) // HTTP allows them no body
		return
	}
	length := len(reply.Body)
	if cut {
		// Of an empty response a byte is missing.
		length = max(1, length)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(reply.Status)
	if !cut {
		_, _ = w.Write(reply.Body) // the client may have disconnected
		return
	}
	_, _ = w.Write(reply.Body[:len(reply.Body)/2])
	_ = http.NewResponseController(w).Flush() // or the server would drop what it holds back
	panic(http.ErrAbortHandler)
}

// sendRaw sends what net/http would not, and ends the connection.
func sendRaw(w http.ResponseWriter, response string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(connection, response) // the client may have disconnected
	_ = connection.Close()
}

// setDate makes the response's Date header follow the simulator's clock.
func (s *Server) setDate(w http.ResponseWriter) {
	w.Header().Set("Date", s.Now().Format(http.TimeFormat))
}

// pause waits on the real clock and reports false when the context has ended by then: the client went away.
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
