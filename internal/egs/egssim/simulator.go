// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Simulator is an EGS controller in memory. It is an http.Handler that serves
// the API under /api/v1/ and the control endpoints under /_sim/, and is safe
// for concurrent use.
type Simulator struct {
	options    Options
	clock      clock
	keys       *keyring
	workspaces workspaces
	tokens     tokens
	faults     faults
	late       late
	journal    journal
	limit      *rateLimit
	control    http.Handler
	ownerKey   string
}

// call is an API request with its body read.
type call struct {
	method, path               string
	query                      url.Values
	contentType, authorization string
	body                       []byte
}

// New makes a simulator that holds an Owner key named "simulator", which is
// listed like any other, and Options.Keys seeded ones.
func New(options Options) *Simulator {
	options = options.withDefaults()
	s := &Simulator{
		options: options,
		clock:   clock{base: options.Now},
		keys:    newKeyring(),
		tokens:  tokens{grants: map[string]grant{}},
		limit:   newRateLimit(options.RequestsPerSecond),
	}
	s.control = s.controlRoutes()
	for _, name := range options.Workspaces {
		s.AddWorkspace(Workspace{
			Name: name, Clusters: options.Clusters, Namespaces: []string{name}, UserName: "admin", Email: "admin@example.com",
		})
	}
	s.ownerKey = s.AddKey(Key{
		Name: "simulator", Description: "Handed out by the simulator when it started",
		Role: roleOwner, Validity: "2999-12-31",
	})
	s.seed(options.Keys)
	return s
}

// seed adds keys that live for another year. Every third one is an Owner key,
// and every other of those is of one workspace, as the portal knows them.
func (s *Simulator) seed(n int) {
	validity := s.clock.now().AddDate(1, 0, 0).Format(time.DateOnly)
	roles := []string{roleOwner, roleEditor, roleViewer}
	for i := range n {
		round := i / len(roles)
		key := Key{
			Name: fmt.Sprintf("seeded-%05d", i+1), Description: "Seeded by the simulator",
			Role: roles[i%len(roles)], Validity: validity,
		}
		switch {
		case len(s.options.Workspaces) == 0:
			key.Role = roleOwner
		case key.Role != roleOwner || round%2 == 1:
			key.WorkspaceName = s.options.Workspaces[round%len(s.options.Workspaces)]
		}
		s.AddKey(key)
	}
}

// OwnerKey is the secret of the Owner key that New made.
func (s *Simulator) OwnerKey() string { return s.ownerKey }

// AddKey adds a key as if somebody else had made it, of any validity and with
// nothing checked, and returns its secret.
func (s *Simulator) AddKey(key Key) (secret string) { return s.keys.add(s.listed(key)).secret }

// Keys are all keys in the order of the list, those that a list would hide
// too.
func (s *Simulator) Keys() []ListedKey {
	stored := s.keys.listed(func(ListedKey) bool { return true })
	keys := make([]ListedKey, len(stored))
	for i, key := range stored {
		key.Validity = s.shownValidity(key.Validity)
		keys[i] = key.ListedKey
	}
	return keys
}

// DeleteKey deletes a key as if somebody else had, and reports whether there
// was one of this id.
func (s *Simulator) DeleteKey(id string) bool { return s.keys.remove(id) }

// ChangeKey sets members of a key by their wire names, as if somebody else
// had, with nothing checked. `saName` follows `role` and `workspaceName`
// unless it is given. The error is ErrUnknownKey, or names a member that is
// unknown or, like `id`, follows from the secret.
func (s *Simulator) ChangeKey(id string, members map[string]string) error {
	return s.keys.change(id, members)
}

// Secret is the secret of the key of this id, "" where there is none.
func (s *Simulator) Secret(id string) string {
	key, _ := s.keys.withID(id)
	return key.secret
}

// Token is an access token as an exchange of this key would give it now,
// without HTTP; "" when the key is unknown or expired.
func (s *Simulator) Token(secret string) string {
	key, ok := s.keys.withSecret(secret)
	if !ok || s.expired(key.Validity) {
		return ""
	}
	return s.issue(key)
}

// Journal are the API requests since the last reset, in the order of their
// answers; never nil.
func (s *Simulator) Journal() []Entry { return s.journal.all() }

// ResetJournal empties the journal.
func (s *Simulator) ResetJournal() { s.journal.reset() }

// SetFaults replaces all faults. A bad one is named in the error, and nothing
// is replaced then.
func (s *Simulator) SetFaults(all []Fault) error { return s.faults.set(all) }

// Faults are those that are not spent, with the times that are left.
func (s *Simulator) Faults() []Fault { return s.faults.remaining() }

// SetClock sets the simulator's time, as an offset to its base clock.
func (s *Simulator) SetClock(now time.Time) { s.clock.set(now) }

// ExpireTokens expires all tokens issued so far.
func (s *Simulator) ExpireTokens() { s.tokens.expireAll() }

// ServeHTTP serves the API and the control endpoints. It panics with
// http.ErrAbortHandler to drop a connection.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.setDate(w)
		s.control.ServeHTTP(w, r)
		return
	}
	entry := Entry{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Members: []string{}}
	drop := func() {
		entry.Status = 0
		s.journal.record(entry)
		panic(http.ErrAbortHandler)
	}
	// Read to its end, also because net/http notices that a client went away
	// only after that.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &tooLarge) {
		drop()
	}
	entry.Members = memberNames(body)

	var rep reply
	var fault Fault
	due := s.late.due()
	if wait, ok := s.limit.take(time.Now()); !ok {
		rep = s.tooManyRequests(wait)
	} else if err != nil {
		rep = failure(http.StatusBadRequest, "Invalid request format: the body is too large")
	} else {
		fault = s.faults.take(r.Method, r.URL.Path)
		switch fault.Kind {
		case FaultStatus, FaultEmpty, FaultHTML, FaultRedirect:
			rep = fault.answer()
		case FaultCommitLate:
			rep = fault.answer()
			s.late.add(callOf(r, body), fault.Requests)
		case FaultDropBefore:
			drop()
		case FaultDelay:
			if !pause(r.Context(), time.Duration(fault.DelayMS)*time.Millisecond) {
				drop()
			}
			rep = s.handle(callOf(r, body))
		case FaultExpireToken:
			s.tokens.expireAll()
			rep = s.handle(callOf(r, body))
		default:
			rep = s.handle(callOf(r, body))
		}
	}
	// What a list tells was so before: a late one comes after it.
	for _, c := range due {
		s.handle(c)
	}
	// After the request is handled, so that a client that gives up leaves what
	// it asked for done, which is the harder case for it.
	if !pause(r.Context(), s.options.Latency) || fault.Kind == FaultDropAfterCommit {
		drop()
	}
	entry.Status = rep.status
	s.journal.record(entry)
	switch fault.Kind {
	case FaultOverrun:
		s.sendRaw(w, fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\n\r\n%s",
			rep.status, http.StatusText(rep.status), len(rep.body)/2, rep.body))
	case FaultGarbled:
		s.sendRaw(w, string(rep.body)+"\r\n\r\n")
	default:
		s.send(w, rep, fault.Kind == FaultTruncate)
	}
}

func callOf(r *http.Request, body []byte) call {
	return call{
		method: r.Method, path: r.URL.Path, query: r.URL.Query(), body: body,
		contentType: r.Header.Get("Content-Type"), authorization: r.Header.Get("Authorization"),
	}
}

// handle routes an API request. Paths and methods that the API does not have
// are refused with 404, the only fitting status the sources know.
func (s *Simulator) handle(c call) reply {
	var authorized func(call, grant) reply
	switch c.method + " " + c.path {
	case "POST /api/v1/auth":
		return s.authenticate(c)
	case "POST /api/v1/api-key":
		authorized = s.createKey
	case "DELETE /api/v1/api-key":
		authorized = s.deleteKey
	case "GET /api/v1/api-key/list":
		authorized = s.listKeys
	case "POST /api/v1/slice-workspace":
		authorized = s.createWorkspace
	case "DELETE /api/v1/slice-workspace":
		authorized = s.deleteWorkspace
	case "GET /api/v1/slice-workspace/list":
		authorized = s.listWorkspaces
	case "POST /api/v1/slice-workspace/kube-config":
		authorized = s.kubeConfig
	default:
		return failure(http.StatusNotFound, fmt.Sprintf("Cannot %s %s", c.method, c.path))
	}
	caller, rep := s.authorize(c)
	if rep != nil {
		return *rep
	}
	return authorized(c, caller)
}

// send writes an answer; cut ends the connection in the middle of it.
func (s *Simulator) send(w http.ResponseWriter, rep reply, cut bool) {
	s.setDate(w)
	for name, value := range rep.header {
		w.Header().Set(name, value)
	}
	if rep.status == http.StatusNoContent || rep.status == http.StatusNotModified {
		w.WriteHeader(rep.status) // HTTP allows them no body
		return
	}
	length := len(rep.body)
	if cut {
		// Of an empty answer a byte is missing.
		length = max(1, length)
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(rep.status)
	if !cut {
		_, _ = w.Write(rep.body) // the client may be gone
		return
	}
	_, _ = w.Write(rep.body[:len(rep.body)/2])
	_ = http.NewResponseController(w).Flush() // or the server would drop what it holds back
	panic(http.ErrAbortHandler)
}

// sendRaw sends what net/http would not, and ends the connection.
func (s *Simulator) sendRaw(w http.ResponseWriter, answer string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(connection, answer) // the client may be gone
	_ = connection.Close()
}

// setDate makes the answer's Date header follow the simulator's clock.
func (s *Simulator) setDate(w http.ResponseWriter) {
	w.Header().Set("Date", s.clock.now().Format(http.TimeFormat))
}

// pause waits on the real clock and reports false when the context ended
// first: the client went away.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
