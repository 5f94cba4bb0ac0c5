// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"text/tabwriter"
	"time"
)

const controlPrefix = "/_sim/"

// Errors of control endpoints, with their HTTP status. Every other error results in 400.
var (
	ErrUnknown = errors.New("not found")      // 404
	ErrExists  = errors.New("already exists") // 409
)

const maxControlBody = 16 << 20

// Endpoint is a control endpoint. Requests to a control endpoint need no credentials.
type Endpoint struct {
	// Path is relative to /_sim/. Path may contain the wildcard {id}. About describes the endpoint in one line.
	Method, Path, About string
	// serve returns the value of the JSON response. A nil value results in 204. An error results in 400, unless the error
	// wraps ErrUnknown or ErrExists.
	serve func(r *http.Request) (any, error)
}

// Lists returns an endpoint that responds with a list.
func Lists[T any](path, about string, list func() []T) Endpoint {
	return Endpoint{http.MethodGet, path, about, func(*http.Request) (any, error) { return append([]T{}, list()...), nil }}
}

// Takes returns an endpoint that calls the function do with the {id} in the request's path and the request's body. The body
// is a JSON value. A body with unknown members is an error.
func Takes[T any](method, path, about string, do func(id string, body T) error) Endpoint {
	return Endpoint{method, path, about, func(r *http.Request) (any, error) {
		var body T
		if err := readControl(r, &body); err != nil {
			return nil, err
		}
		return nil, do(r.PathValue("id"), body)
	}}
}

// Removes returns an endpoint that deletes the object with the {id} of its path.
func Removes(path, about string, remove func(id string) bool) Endpoint {
	return Endpoint{http.MethodDelete, path, about, func(r *http.Request) (any, error) {
		if !remove(r.PathValue("id")) {
			return nil, ErrUnknown
		}
		return nil, nil
	}}
}

// Keys returns the endpoints that list, change and delete the keys of a service.
func Keys[K, M any](list func() []K, change func(id string, members M) error, remove func(id string) bool) []Endpoint {
	return []Endpoint{
		Lists("keys", "list the keys, without their secrets", list),
		Takes(http.MethodPatch, "keys/{id}", "change a key outside the API; the body has the members to set", change),
		Removes("keys/{id}", "delete a key outside the API", remove),
	}
}

// simulatedTime is the JSON body of /_sim/clock. The time has the RFC 3339 format.
type simulatedTime struct {
	Now time.Time `json:"now"`
}

// clockChange is the body of a request that sets the simulated time, or advances the simulated time by days of 24 hours.
type clockChange struct {
	simulatedTime
	AdvanceDays int `json:"advance_days"`
}

// endpoints returns the endpoints that every simulator has.
func (s *Server) endpoints() []Endpoint {
	return []Endpoint{
		Lists("journal", "list the API requests so far, without values", s.Journal),
		{http.MethodDelete, "journal", "empty the journal", func(*http.Request) (any, error) {
			s.ResetJournal()
			return nil, nil
		}},
		Lists("faults", "list the remaining faults", s.Faults),
		Takes(http.MethodPut, "faults", "replace the faults", func(_ string, all []Fault) error { return s.SetFaults(all) }),
		{http.MethodDelete, "faults", "remove the faults", func(*http.Request) (any, error) { return nil, s.SetFaults(nil) }},
		{http.MethodGet, "clock", "return the simulated time", func(*http.Request) (any, error) { return simulatedTime{s.Now()}, nil }},
		Takes(http.MethodPut, "clock", "set the simulated time, or advance it", func(_ string, to clockChange) error {
			if to.Now.IsZero() == (to.AdvanceDays == 0) {
				return errors.New("set either now or advance_days")
			}
			if to.Now.IsZero() {
				to.Now = s.Now().AddDate(0, 0, to.AdvanceDays)
			}
			s.SetClock(to.Now)
			return nil
		}),
	}
}

// controlHandler serves the endpoints. GET /_sim/ returns a list of the endpoints.
func (s *Server) controlHandler(endpoints []Endpoint) http.Handler {
	mux := http.NewServeMux()
	var about bytes.Buffer
	table := tabwriter.NewWriter(&about, 0, 0, 2, ' ', 0)
	for _, e := range endpoints {
		_, _ = fmt.Fprintf(table, "%s\t%s%s\t%s\n", e.Method, controlPrefix, e.Path, e.About)
		mux.HandleFunc(e.Method+" "+controlPrefix+e.Path, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxControlBody)
			value, err := e.serve(r)
			s.setDate(w) // The Date header depends on the clock, and the endpoint may just have changed the clock.
			respondControl(w, value, err)
		})
	}
	_ = table.Flush() // Writes to a buffer do not fail.
	about.WriteString("\nPaths are below the base URL of the service.\n")
	mux.HandleFunc("GET "+controlPrefix+"{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(about.Bytes()) // The client may have disconnected.
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		respondControl(w, nil, fmt.Errorf("%w: no control endpoint %s %s; GET %s lists them", ErrUnknown, r.Method, r.URL.Path, controlPrefix))
	})
	return mux
}

func respondControl(w http.ResponseWriter, value any, err error) {
	status := http.StatusOK
	if err != nil {
		value, status = map[string]string{"error": err.Error()}, http.StatusBadRequest
	}
	switch {
	case errors.Is(err, ErrUnknown):
		status = http.StatusNotFound
	case errors.Is(err, ErrExists):
		status = http.StatusConflict
	case value == nil:
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // The client may have disconnected.
}

// SetMembers calls set for each member, with the entry of fields that has the same name as the member. If a member has no
// such entry or an invalid value, SetMembers returns an error with the name of the member.
func SetMembers[V, F any](members map[string]V, fields map[string]F, set func(F, V) error) error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, ok := fields[name]
		if !ok {
			return fmt.Errorf("%q cannot be changed; allowed members: %v", name, slices.Sorted(maps.Keys(fields)))
		}
		if err := set(field, members[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func readControl(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("unable to read the body: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("invalid body: %w", err)
	}
	if decoder.More() {
		return errors.New("the body has more than one JSON value")
	}
	return nil
}
