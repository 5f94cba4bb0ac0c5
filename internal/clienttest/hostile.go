// SPDX-License-Identifier: MPL-2.0

package clienttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/hostile"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// respond returns a middleware that sends the response to each selected request. The middleware stores the request's
// credentials in the parameter credentials, because the response can repeat them.
func respond(response hostile.Response, selected func(*http.Request) bool, credentials *atomic.Value) Wrap {
	return Around(selected, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		credentials.Store(hostile.Credentials(r))
		response.Send(w, r, next)
	})
}

// hostile checks that each hostile response causes an error, unless the field Accepted of the response is set. The error must
// be printable and contain no credentials.
func (s *Suite) hostile(t *testing.T) {
	t.Helper()
	for name, response := range hostile.Responses {
		for i, o := range s.Start(t).Operations {
			t.Run(fmt.Sprint(name, " ", o.Name, " ", i), func(t *testing.T) {
				t.Parallel()
				var credentials atomic.Value
				var requests atomic.Int64
				selected := On(o.Method, o.Path)
				subject := s.Start(t, respond(response, func(r *http.Request) bool {
					return selected(r) && requests.Add(1) > 0
				}, &credentials))
				o = subject.Operations[i]
				if response.Accepted {
					Must(t, o.Do(t.Context()))
					return
				}
				if o.Kind != Reads && strings.Contains(response.Bytes, "{body}") {
					// The service has handled the write. The client can detect this with a list, so Do can succeed.
					if err := o.Do(t.Context()); err != nil {
						WantNoSecret(t, err, credentials.Load().(string)) //nolint:forcetypeassert // Only strings are stored.
					}
					return
				}
				err := o.Do(t.Context())
				WantNoSecret(t, err, credentials.Load().(string)) //nolint:forcetypeassert // Only strings are stored.
				e := AsError(t, err, s.Section)
				if e.Op == "" || errors.Is(err, apiclient.ErrNotFound) || errors.Is(err, apiclient.ErrUncertain) != (o.Kind == Creates) {
					t.Errorf("got %v", err)
				}
				if n := requests.Load(); o.Kind == Creates && n != 1 || n > 9 {
					t.Errorf("%d requests", n)
				}
			})
		}
	}
}

// Memory checks that the client does not allocate too much memory for large lists, and for large error responses to list
// requests. It measures the allocations of the whole process, so it must not run in parallel with other tests.
func (s *Suite) Memory(t *testing.T) {
	t.Helper()
	const size, most = 4 << 20, 96 << 20
	many := func(what string) string { return strings.Repeat(what+",", size/len(what+",")) + what }
	o := s.Start(t).List
	for name, test := range map[string]struct {
		status int
		body   func(*Subject) string
		want   error
	}{
		"empty entries":        {200, func(subject *Subject) string { return subject.Entries(many("{}")) }, apiclient.ErrListTooLarge},
		"numbers":              {200, func(subject *Subject) string { return subject.Entries(many("0")) }, apiclient.ErrListTooLarge},
		"large entry":          {200, func(subject *Subject) string { return subject.Entries(`{"config":{` + many(`"a":0`) + `}}`) }, apiclient.ErrListTooLarge},
		"refusal":              {422, func(subject *Subject) string { return subject.Details(many("{}")) }, transport.ErrRefusalTooLarge},
		"refusal in a success": {200, func(subject *Subject) string { return subject.Details(many("{}")) }, nil},
	} {
		body := ""
		subject := s.Start(t, Around(On(o.Method, o.Path), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, body)
		}))
		body = test.body(subject)
		allocated := allocations()
		err := subject.List.Do(t.Context())
		if grown := allocations() - allocated; grown > most {
			t.Errorf("%s: %d MiB", name, grown>>20)
		}
		if test.want != nil {
			WantErr(t, err, test.want)
		}
		if errors.Is(AsError(t, err, s.Section), apiclient.ErrListTooLarge) && test.status != http.StatusOK {
			t.Errorf("%s is treated as a list: %v", name, err)
		}
		Presentable(t, err)
	}
}

// allocations returns the number of bytes that this process has allocated so far, including freed bytes.
func allocations() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// FuzzResponse fuzzes the responses to all requests of an operation. It checks that the error is printable and contains no
// credentials, and that the client does not allocate too much memory.
func (s *Suite) FuzzResponse(f *testing.F) {
	f.Helper()
	for i, name := range slices.Sorted(maps.Keys(hostile.Responses)) {
		if response := hostile.Responses[name].Bytes; len(response) < 16<<10 { // Large seeds make the fuzzer slow.
			f.Add(response, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, response string, operation uint8) {
		const most = 80 << 20 // The largest list is 64 MiB.
		var credentials atomic.Value
		var requests atomic.Uint64
		credentials.Store("")
		all := func(*http.Request) bool { requests.Add(1); return true }
		subject := s.Start(t, respond(hostile.Response{Bytes: response}, all, &credentials))
		// The response can request a long pause before a retry (Retry-After).
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		allocated := allocations()
		err := subject.Operations[int(operation)%len(subject.Operations)].Do(ctx)
		if grown := allocations() - allocated; grown > most*(1+requests.Load()) {
			t.Errorf("%d MiB in %d requests", grown>>20, requests.Load())
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		WantNoSecret(t, err, credentials.Load().(string)) //nolint:forcetypeassert // Only strings are stored.
		_ = AsError(t, err, s.Section)
	})
}
