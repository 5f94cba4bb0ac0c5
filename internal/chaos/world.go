// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// workers is the number of workers, each with its own state. Two workers share a client.
const workers = 4

// emptyLists is the maximum number of consecutive list responses that a fault makes empty. Clients treat a longer sequence of
// empty lists as proof that a thing does not exist.
const emptyLists = 3

const timeout = time.Minute

// world is a service with its clients and the ledger, in a testing/synctest bubble.
type world struct {
	Adapter
	t       *testing.T
	service Service
	lag     time.Duration
	network simulation.Network
	url     *url.URL

	mu sync.Mutex
	ledger
	// The index of clients and walks is the number in Service.Connect. clients has the current clients. walks counts the calls
	// of connect.
	clients [3]*Client
	walks   [3]int
	// slowest is the longest delay that a fault has added to list requests. Delays that cause a timeout are ignored.
	slowest time.Duration
	// ServeHTTP calls all watches for each request, before the service handles the request.
	watches []func(request string)
}

func (a Adapter) world(t *testing.T, variant string, lag time.Duration) *world {
	t.Helper()
	w := &world{Adapter: a, t: t, service: a.New(variant, lag), lag: lag, ledger: ledger{counts: counts{}, unique: a.Unique, items: map[string]*item{}}}
	base, stop := w.network.Serve(w)
	t.Cleanup(stop)
	w.url = base
	for number := range w.clients {
		w.connect(number)
	}
	return w
}

func (w *world) lock() (unlock func()) {
	w.mu.Lock()
	return w.mu.Unlock
}

// connect creates a new client with this number, in place of an earlier one. Like the client of a new plan or apply, it has no
// cached data.
func (w *world) connect(number int) {
	client := w.service.Connect(number, w.url, transport.New(transport.Options{
		RequestTimeout: timeout, MaxRetries: 2, UserAgent: "chaos", DialContext: w.network.DialContext,
	}))
	defer w.lock()()
	w.clients[number] = client
	w.walks[number]++
}

func (w *world) client(number int) *Client {
	client, _ := w.walk(number)
	return client
}

// walk returns the current client with this number, and the number of connect calls for it so far.
func (w *world) walk(number int) (client *Client, walk int) {
	defer w.lock()()
	return w.clients[number], w.walks[number]
}

// ServeHTTP calls the watches and then the service. It records which things were created and deleted, and which secrets the
// responses contain.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	request := r.Method + " " + r.URL.Path
	unlock := w.lock()
	w.note("%s", request)
	for _, watch := range w.watches {
		watch(request)
	}
	unlock()
	response := &response{ResponseWriter: rw}
	defer func() {
		defer w.lock()()
		w.observe(w.service.Things())
	}()
	w.service.ServeHTTP(response, r)
	if r.Context().Err() != nil || request != w.Create {
		return
	}
	defer w.lock()()
	w.observe(w.service.Things())
	for id, it := range w.items {
		it.delivered = it.delivered || (!it.missing && bytes.Contains(response.body.Bytes(), []byte(w.service.Secret(id))))
	}
}

// response keeps a copy of the body.
type response struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (r *response) Write(b []byte) (int, error) {
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap returns the original writer, for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// interrupt calls cancel when the service has received this number of further requests.
func (w *world) interrupt(requests int, cancel func()) {
	defer w.lock()()
	w.watches = append(w.watches, func(string) {
		if requests--; requests == 0 {
			cancel()
		}
	})
}

// fault returns the fault f for a request. The request has the form "METHOD /path".
func fault(request string, f simulation.Fault) simulation.Fault {
	f.Method, f.Path, _ = strings.Cut(request, " ")
	return f
}

// fail replaces all faults of the service.
func (w *world) fail(faults ...simulation.Fault) {
	defer w.lock()()
	w.replaceFaults(faults)
}

// failThen replaces all faults of the service when the service receives the next create or delete. The new faults already apply
// to that request.
func (w *world) failThen(faults ...simulation.Fault) {
	defer w.lock()()
	w.watches = append(w.watches, func(request string) {
		if faults != nil && request != w.List && request != w.LogIn {
			w.replaceFaults(faults)
			faults = nil
		}
	})
}

func (w *world) replaceFaults(faults []simulation.Fault) {
	faults = slices.Clone(faults)
	for i, f := range faults {
		// This fault makes lists empty. It must not occur more than emptyLists times.
		if f.Kind == simulation.FaultStatus && f.Status == http.StatusOK && f.Method+" "+f.Path == w.List {
			faults[i].Times = min(f.Times, emptyLists)
		}
	}
	if err := w.service.SetFaults(faults); err != nil {
		w.t.Error(err)
	}
	w.note("faults: %+v", faults)
	for _, f := range faults {
		if took := time.Duration(f.DelayMS) * ms; f.Method+" "+f.Path == w.List && took < timeout {
			w.slowest = max(w.slowest, took)
		}
	}
}

// taken reports whether names are unique and a worker's state has a thing of this kind. If so, the tests must not create another
// thing with the same name, because a delete by name would delete the wrong thing.
func (w *world) taken(kind int) bool {
	defer w.lock()()
	return w.Unique && slices.ContainsFunc(slices.Concat(w.states[:]...), func(e *entry) bool { return e.Kind == kind })
}

// add creates a thing outside the clients, unless its name is taken.
func (w *world) add(kind int, equal bool) {
	if w.taken(kind) {
		return
	}
	defer w.lock()()
	if id := w.service.Add(kind, equal); id != "" {
		w.observe(w.service.Things())
		w.items[id].foreign = true
	}
}

// remove deletes a random thing outside the clients.
func (w *world) remove(r *rand.Rand) {
	defer w.lock()()
	if held := w.service.Things(); len(held) > 0 {
		id := held[r.IntN(len(held))].ID
		w.observe(held)
		w.items[id].deletable = true
		w.service.DeleteKey(id)
		w.observe(w.service.Things())
	}
}

func (w *world) create(ctx context.Context, worker, kind int) (Outcome, error) {
	began := time.Now()
	client, walk := w.walk(worker % 2)
	s, err := client.Create(ctx, kind)
	defer w.lock()()
	w.observe(w.service.Things())
	window := min(max(second, 10*w.slowest), 30*second) + w.lag
	return w.created(worker, walk, kind, began, window, s, w.service.Secret(s.ID), err), err
}

// find makes a client read a thing of a worker's state.
func (w *world) find(ctx context.Context, client, worker int, e *entry) {
	err := w.client(client).Find(ctx, e.Saved)
	defer w.lock()()
	w.observe(w.service.Things())
	w.found(worker, e, err)
}

func (w *world) list(ctx context.Context, worker int) {
	client, walk := w.walk(worker % 2)
	unlock := w.lock()
	own := slices.Clone(w.states[worker])
	unlock()
	ids, _, err := client.List(ctx)
	defer w.lock()()
	w.observe(w.service.Things())
	w.listed(worker, walk, own, ids, err)
}

func (w *world) delete(ctx context.Context, worker int, e *entry) {
	unlock := w.lock()
	e.deleting = true
	unlock()
	err := w.client(worker%2).Delete(ctx, e.Saved)
	defer w.lock()()
	w.observe(w.service.Things())
	w.deleted(worker, e, err)
}

// operate runs the operation: it creates a thing of the kind, or reads or deletes the thing of the entry.
func (w *world) operate(ctx context.Context, operation string, worker, kind int, e *entry) {
	switch operation {
	case "create":
		_, _ = w.create(ctx, worker, kind)
	case "find":
		w.find(ctx, worker%2, worker, e)
	case "delete":
		w.delete(ctx, worker, e)
	}
}

// old creates a thing, waits three minutes, and returns the first thing in the worker's state.
func (w *world) old(worker, kind int) *entry {
	if got, err := w.create(context.Background(), worker, kind); got != Created {
		w.t.Fatal(err)
	}
	time.Sleep(3 * time.Minute)
	return w.states[worker][0]
}

// end lets the service handle all late creates and deletes. Then it compares the service with the workers' states.
func (w *world) end() counts {
	w.fail()
	for range 50 {
		w.service.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "/", nil))
	}
	time.Sleep(time.Hour) // By then, abandoned lists have ended too.
	synctest.Wait()
	defer w.lock()()
	w.observe(w.service.Things())
	w.compare()
	return w.counts
}

// check calls end, and fails the test with the trace if a count is bad.
func (w *world) check(format string, args ...any) counts {
	w.t.Helper()
	c := w.end()
	if c.bad() > 0 {
		w.t.Errorf(format+":\n%s", append(args, strings.Join(w.trace, "\n"))...)
	}
	return c
}
