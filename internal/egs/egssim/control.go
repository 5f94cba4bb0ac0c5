// SPDX-License-Identifier: MPL-2.0

package egssim

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

var (
	errUnknownWorkspace = errors.New("no workspace has this name")
	errWorkspaceExists  = errors.New("a workspace has this name")
)

// maxControlBody bounds a list of faults, in bytes.
const maxControlBody = 16 << 20

// simulatedTime is the body of /_sim/clock, RFC 3339.
type simulatedTime struct {
	Now time.Time `json:"now"`
}

// controlRoutes serves what tests and people steer the simulator with. Reads
// answer JSON, writes 204, mistakes {"error":"…"}.
func (s *Simulator) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim/journal", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, s.Journal())
	})
	mux.HandleFunc("DELETE /_sim/journal", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetJournal()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sim/keys", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, s.Keys())
	})
	mux.HandleFunc("DELETE /_sim/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteKey(r.PathValue("id")) {
			answerMistake(w, ErrUnknownKey)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PATCH /_sim/keys/{id}", s.patchKey)
	mux.HandleFunc("GET /_sim/workspaces", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, s.Workspaces())
	})
	mux.HandleFunc("POST /_sim/workspaces", s.postWorkspace)
	mux.HandleFunc("DELETE /_sim/workspaces/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteWorkspace(r.PathValue("name")) {
			answerMistake(w, errUnknownWorkspace)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, s.faults.remaining())
	})
	mux.HandleFunc("PUT /_sim/faults", s.putFaults)
	mux.HandleFunc("DELETE /_sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		_ = s.faults.set(nil) // no fault is bad
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /_sim/clock", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, http.StatusOK, simulatedTime{s.clock.now()})
	})
	mux.HandleFunc("PUT /_sim/clock", s.putClock)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, http.StatusNotFound, map[string]string{
			"error": fmt.Sprintf("no control endpoint %s %s", r.Method, r.URL.Path),
		})
	})
	return mux
}

func (s *Simulator) patchKey(w http.ResponseWriter, r *http.Request) {
	var members map[string]string
	if err := readControl(w, r, &members); err != nil {
		answerMistake(w, err)
		return
	}
	if err := s.ChangeKey(r.PathValue("id"), members); err != nil {
		answerMistake(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) postWorkspace(w http.ResponseWriter, r *http.Request) {
	var workspace Workspace
	err := readControl(w, r, &workspace)
	switch {
	case err != nil:
		answerMistake(w, err)
	case workspace.Name == "":
		answerMistake(w, errors.New("name is missing"))
	case !s.AddWorkspace(workspace):
		answerMistake(w, errWorkspaceExists)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Simulator) putFaults(w http.ResponseWriter, r *http.Request) {
	var all []Fault
	if err := readControl(w, r, &all); err != nil {
		answerMistake(w, err)
		return
	}
	if err := s.SetFaults(all); err != nil {
		answerMistake(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) putClock(w http.ResponseWriter, r *http.Request) {
	var body simulatedTime
	if err := readControl(w, r, &body); err != nil {
		answerMistake(w, err)
		return
	}
	if body.Now.IsZero() {
		answerMistake(w, errors.New("now is missing"))
		return
	}
	s.SetClock(body.Now)
	// The Date header is of the new time already.
	s.setDate(w)
	w.WriteHeader(http.StatusNoContent)
}

// readControl decodes a control request's body, which must be one JSON value
// without unknown members.
func readControl(w http.ResponseWriter, r *http.Request, into any) error {
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

func answerMistake(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	switch {
	case errors.Is(err, ErrUnknownKey), errors.Is(err, errUnknownWorkspace):
		status = http.StatusNotFound
	case errors.Is(err, errWorkspaceExists):
		status = http.StatusConflict
	}
	answerJSON(w, status, map[string]string{"error": err.Error()})
}

func answerJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}
