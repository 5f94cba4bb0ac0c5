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

// Reply is a response to send.
type Reply struct {
	Status int
	// Header has the headers except for Date and Content-Length; it may be nil.
	Header map[string]string
	Body   []byte
}

// Encode returns the value as JSON. It panics if the value cannot be encoded.
func Encode(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // The simulators' structs of strings and numbers can always be encoded.
	}
	return text
}

// JSON returns a response with the value as JSON.
func JSON(status int, value any) Reply {
	return Reply{Status: status, Header: map[string]string{"Content-Type": "application/json"}, Body: Encode(value)}
}

// set sets a header.
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
		w.WriteHeader(reply.Status) // HTTP does not allow a body.
		return
	}
	length := len(reply.Body)
	if cut {
		// Content-Length 1 makes an empty body incomplete.
		length = max(1, length)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(reply.Status)
	if !cut {
		_, _ = w.Write(reply.Body) // The client may have disconnected.
		return
	}
	_, _ = w.Write(reply.Body[:len(reply.Body)/2])
	_ = http.NewResponseController(w).Flush() // Otherwise the server would drop its buffer.
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

// setDate sets the Date header of the response to the simulator's time.
func (s *Server) setDate(w http.ResponseWriter) {
	w.Header().Set("Date", s.Now().Format(http.TimeFormat))
}

// pause waits on the real clock. It returns false if the context has ended, which means that the client has disconnected.
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
