// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const controlPrefix = "/_sim/"

// Mistakes of control requests wrap these: AnswerMistake tells them by another status.
var (
	// ErrUnknown is about what is not there.
	ErrUnknown = errors.New("not found")
	// ErrExists is about what is there already.
	ErrExists = errors.New("exists already")
)

// maxControlBody bounds a list of faults, in bytes.
const maxControlBody = 16 << 20

// simulatedTime is the body of /_sim/clock, RFC 3339.
type simulatedTime struct {
	Now time.Time `json:"now"`
}

// addRoutes adds what tests and people steer every simulator with. Reads
// answer JSON, writes 204, mistakes {"error":"…"}.
func (s *Server) addRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/journal", func(w http.ResponseWriter, _ *http.Request) {
		AnswerJSON(w, http.StatusOK, s.Journal())
	})
	mux.HandleFunc("DELETE /_sim/journal", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetJournal()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		AnswerJSON(w, http.StatusOK, s.Faults())
	})
	mux.HandleFunc("PUT /_sim/faults", s.putFaults)
	mux.HandleFunc("DELETE /_sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		_ = s.SetFaults(nil) // no fault is bad
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sim/clock", func(w http.ResponseWriter, _ *http.Request) {
		AnswerJSON(w, http.StatusOK, simulatedTime{s.Now()})
	})
	mux.HandleFunc("PUT /_sim/clock", s.putClock)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		AnswerJSON(w, http.StatusNotFound, map[string]string{
			"error": fmt.Sprintf("no control endpoint %s %s", r.Method, r.URL.Path),
		})
	})
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	var all []Fault
	if err := ReadControl(w, r, &all); err != nil {
		AnswerMistake(w, err)
		return
	}
	if err := s.SetFaults(all); err != nil {
		AnswerMistake(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) putClock(w http.ResponseWriter, r *http.Request) {
	var body simulatedTime
	if err := ReadControl(w, r, &body); err != nil {
		AnswerMistake(w, err)
		return
	}
	if body.Now.IsZero() {
		AnswerMistake(w, errors.New("now is missing"))
		return
	}
	s.SetClock(body.Now)
	// The Date header is of the new time already.
	s.setDate(w)
	w.WriteHeader(http.StatusNoContent)
}

// ReadControl decodes a control request's body, which must be one JSON value
// without unknown members.
func ReadControl(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControlBody))
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not as expected: %w", err)
	}
	if decoder.More() {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}

// AnswerMistake answers {"error":"…"}: 404 for ErrUnknown, 409 for ErrExists, and 400
// for any other error.
func AnswerMistake(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	switch {
	case errors.Is(err, ErrUnknown):
		status = http.StatusNotFound
	case errors.Is(err, ErrExists):
		status = http.StatusConflict
	}
	AnswerJSON(w, status, map[string]string{"error": err.Error()})
}

// AnswerJSON answers a control request.
func AnswerJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}
