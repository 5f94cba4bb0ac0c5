// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestClient_retries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first http.HandlerFunc
		// get and post are the expected numbers of requests that a GET and a POST send. The server responds to every retry
		// with 200.
		get, post int
	}{
		"200":             {status(200), 1, 1},
		"302":             {status(302), 1, 1},
		"400":             {status(400), 1, 1},
		"401":             {status(401), 1, 1},
		"403":             {status(403), 1, 1},
		"404":             {status(404), 1, 1},
		"408":             {status(408), 1, 1},
		"409":             {status(409), 1, 1},
		"422":             {status(422), 1, 1},
		"429":             {status(429), 2, 2},
		"500":             {status(500), 2, 1},
		"501":             {status(501), 1, 1},
		"502":             {status(502), 2, 1},
		"503":             {status(503), 2, 1},
		"504":             {status(504), 2, 1},
		"connection lost": {hangUp, 2, 1},
		"body cut":        {cut, 2, 1},
	} {
		for _, request := range []struct {
			of   func(*url.URL) transport.Request
			want int
		}{{get, test.get}, {post, test.post}} {
			method := request.of(nil).Method
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				s := serve(t, test.first, text("done"))
				response, err := transport.New(options()).Do(t.Context(), request.of(s.url))
				s.wants(t, request.want)
				switch {
				case err != nil:
					if e := asError(t, err); e.Attempts != request.want || e.NotDone {
						t.Errorf("got %+v", e)
					}
				case request.want > 1 && (string(response.Body) != "done" || response.Status != 200):
					t.Errorf("got %d %q", response.Status, response.Body)
				case response.Attempts != request.want:
					t.Errorf("%d attempts in the response, want %d", response.Attempts, request.want)
				}
			})
		}
	}
}

func TestClient_lastResponse(t *testing.T) {
	t.Parallel()
	for _, retries := range []int{0, 1, 2} {
		t.Run(fmt.Sprint(retries), func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Why", "maintenance")
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = io.WriteString(w, "later")
			})
			o := options()
			o.MaxRetries = retries
			response, err := transport.New(o).Do(t.Context(), get(s.url))
			if err != nil {
				t.Fatal(err)
			}
			if response.Status != 503 || string(response.Body) != "later" || response.Header.Get("X-Why") != "maintenance" {
				t.Errorf("got %+v", response)
			}
			s.wants(t, retries+1)
			if response.Attempts != retries+1 {
				t.Errorf("%d attempts in the response", response.Attempts)
			}
		})
	}
}

func TestClient_retriesAreEqual(t *testing.T) {
	t.Parallel()
	var sent []string
	base, stop := network.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = append(sent, fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Header.Get("Authorization"), body))
		if len(sent) < 3 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(stop)
	request := post(parse(t, base.String()+"/prefix/a%2Fb?x=1&y=2"))
	request.Header = http.Header{"Authorization": {"Bearer x"}}
	request.Body = []byte(`{"name":"a"}`)
	if _, err := transport.New(options()).Do(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	const want = `POST /prefix/a%2Fb?x=1&y=2 Bearer x {"name":"a"}`
	if len(sent) != 3 || sent[0] != want || sent[1] != want || sent[2] != want {
		t.Errorf("got %q, want three times %q", sent, want)
	}
}

func TestClient_refusedConnectionIsRetried(t *testing.T) {
	t.Parallel()
	for _, request := range []func(*url.URL) transport.Request{get, post} {
		r := request(unreachable(t))
		t.Run(r.Method, func(t *testing.T) {
			t.Parallel()
			_, err := transport.New(options()).Do(t.Context(), r)
			e := asError(t, err)
			if e.Attempts != 3 || !e.NotDone || e.Method != r.Method || e.Path != "/a/path" {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// The second attempt cannot connect, so it was not carried out. But the server may have carried out the first attempt, so
// NotDone must be false.
func TestClient_refusedConnectionAfterLostResponse(t *testing.T) {
	t.Parallel()
	s := serve(t, hangUp)
	o := options()
	o.DialContext = func(ctx context.Context, kind, address string) (net.Conn, error) {
		if s.requests.Load() > 0 {
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		}
		return network.DialContext(ctx, kind, address)
	}
	request := post(s.url)
	request.Repeatable = true
	_, err := transport.New(o).Do(t.Context(), request)
	if e := asError(t, err); e.Attempts != 3 || e.NotDone {
		t.Errorf("got %+v", e)
	}
}

func TestClient_timeoutCoversTheBody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		of       func(*url.URL) transport.Request
		attempts int
	}{{get, 3}, {post, 1}} {
		t.Run(test.of(nil).Method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, trickle)
				_, err := transport.New(options()).Do(t.Context(), test.of(s.url))
				e := asError(t, err)
				if !errors.Is(err, context.DeadlineExceeded) || e.Attempts != test.attempts || e.NotDone {
					t.Errorf("got %+v", e)
				}
				timeouts := time.Duration(test.attempts) * options().RequestTimeout
				if e.Elapsed < timeouts || e.Elapsed > timeouts+time.Second {
					t.Errorf("it took %s", e.Elapsed)
				}
			})
		})
	}
}

func TestClient_cancelledRequestIsNeverSent(t *testing.T) {
	t.Parallel()
	s := serve(t, status(200))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, request := range []transport.Request{get(s.url), post(s.url)} {
		_, err := transport.New(options()).Do(ctx, request)
		if e := asError(t, err); !errors.Is(err, context.Canceled) || !e.NotDone || e.Attempts != 0 {
			t.Errorf("%s: got %+v", request.Method, e)
		}
	}
	s.wants(t, 0)
}

// If the context ends during a pause between attempts, Do must return immediately.
func TestClient_cancelDuringAPause(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of      func(*url.URL) transport.Request
		status  int
		notDone bool
	}{"read": {get, 503, false}, "write": {post, 429, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, status(test.status))
				o := options()
				o.RetryWaitMin, o.RetryWaitMax = time.Hour, time.Hour
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() {
					_, err := transport.New(o).Do(ctx, test.of(s.url))
					ended <- err
				}()
				synctest.Wait()
				s.wants(t, 1)
				cancel()
				err := <-ended
				if e := asError(t, err); !errors.Is(err, context.Canceled) || e.NotDone != test.notDone || e.Attempts != 1 || e.Elapsed != 0 {
					t.Errorf("got %+v", e)
				}
				s.wants(t, 1)
			})
		})
	}
}

// If the context ends during a read, Do must cancel the read. A write that was sent must continue until its own timeout,
// and Do must return its response.
func TestClient_cancelDuringAnAttempt(t *testing.T) {
	t.Parallel()
	const responseTakes = time.Second
	for name, test := range map[string]struct {
		of       func(*url.URL) transport.Request
		timeout  time.Duration
		want     error
		received int
		elapsed  time.Duration
	}{
		"read":                    {get, time.Minute, context.Canceled, 0, responseTakes / 2},
		"write":                   {post, time.Minute, nil, 503, responseTakes},
		"write that takes longer": {post, responseTakes * 3 / 4, context.DeadlineExceeded, 0, responseTakes * 3 / 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(responseTakes)
					w.WriteHeader(http.StatusServiceUnavailable)
				})
				o := options()
				o.RequestTimeout = test.timeout
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(responseTakes/2, cancel)
				began := time.Now()
				response, err := transport.New(o).Do(ctx, test.of(s.url))
				if !errors.Is(err, test.want) || (test.want == nil && response.Status != test.received) {
					t.Errorf("got %+v, %v", response, err)
				}
				if elapsed := time.Since(began); elapsed != test.elapsed {
					t.Errorf("it took %s, want %s", elapsed, test.elapsed)
				}
				s.wants(t, 1)
				time.Sleep(responseTakes) // Wait until the handler has returned.
			})
		})
	}
}

// A 101 response (Switching Protocols) has no end. Do must return immediately, without reading a body.
func TestClient_switchingProtocols(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = connection.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"))
			_, _ = io.Copy(io.Discard, connection) // The copy ends when the client closes the connection.
			_ = connection.Close()
		})
		response, err := transport.New(options()).Do(t.Context(), post(s.url))
		if err != nil || response.Status != http.StatusSwitchingProtocols || len(response.Body) != 0 || response.Elapsed != 0 {
			t.Errorf("got %+v, %v", response, err)
		}
	})
}

func TestClient_pauses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header http.Header
		// bounds has the minimum and the maximum of the first and the second pause, in milliseconds.
		bounds [2][2]int64
	}{
		"503":              {503, nil, [2][2]int64{{250, 500}, {500, 1000}}},
		"503, Retry-After": {503, http.Header{"Retry-After": {"7"}}, [2][2]int64{{7000, 7500}, {7000, 8000}}},
		"429, Retry-After": {429, http.Header{"Retry-After": {"3600"}}, [2][2]int64{{60_000, 60_500}, {60_000, 61_000}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var received []time.Time
				s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					if received = append(received, time.Now()); len(received) < 3 {
						maps.Copy(w.Header(), test.header)
						w.WriteHeader(test.status)
					}
				})
				o := options()
				o.RetryWaitMin, o.RetryWaitMax = 0, 0
				response, err := transport.New(o).Do(t.Context(), get(s.url))
				if err != nil || len(received) != 3 || response.Elapsed != received[2].Sub(received[0]) {
					t.Fatalf("got %+v, %v after %d requests", response, err, len(received))
				}
				for i, bound := range test.bounds {
					if pause := received[i+1].Sub(received[i]).Milliseconds(); pause < bound[0] || pause > bound[1] {
						t.Errorf("pause %d is %d ms, want %d to %d", i+1, pause, bound[0], bound[1])
					}
				}
			})
		})
	}
}

func TestClient_Pause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := transport.New(transport.Options{RequestTimeout: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		for retry, highest := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
			began := time.Now()
			if err := client.Pause(ctx, retry+1); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < highest/2 || took > highest {
				t.Errorf("pause %d took %s, want %s to %s", retry+1, took, highest/2, highest)
			}
		}
		const cancelled = time.Second
		time.AfterFunc(cancelled, cancel)
		began := time.Now()
		for range 2 {
			if err := client.Pause(ctx, 100); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(began); took != cancelled {
			t.Errorf("the pauses took %s, want %s", took, cancelled)
		}
	})
}

// 429 responses are retried up to 50 times with two retries configured, but for ten minutes at most.
func TestClient_rateLimited(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wait time.Duration
		// requests is the expected number of requests. 0 means that the time limit ends the retries, so the number is not
		// checked.
		requests int
	}{
		"short pauses": {time.Millisecond, 51},
		"long pauses":  {time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, status(429))
				o := options()
				o.RetryWaitMin, o.RetryWaitMax = test.wait, test.wait
				response, err := transport.New(o).Do(t.Context(), post(s.url))
				if err != nil || response.Status != 429 {
					t.Fatalf("got %+v, %v", response, err)
				}
				if test.requests > 0 {
					s.wants(t, test.requests)
				} else if response.Elapsed < 10*time.Minute || response.Elapsed > 11*time.Minute {
					t.Errorf("it was retried for %s", response.Elapsed)
				}
			})
		})
	}
}

// Retries also wait for the rate limit.
func TestClient_rateIsLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, status(200), status(500), status(200))
		o := options()
		o.RequestsPerSecond = 1.0 / 60
		client := transport.New(o)
		start := time.Now()
		for requests, of := range []func(*url.URL) transport.Request{get, get, post} {
			if _, err := client.Do(t.Context(), of(s.url)); err != nil {
				t.Fatal(err)
			}
			want := []time.Duration{0, 2 * time.Minute, 3 * time.Minute}[requests]
			if took := time.Since(start); took.Round(time.Second) != want {
				t.Errorf("after %s, want %s", took, want)
			}
		}
		s.wants(t, 4)
	})
}

// If the rate limit delays a request beyond the deadline of its context, Do must fail immediately, without sending the
// request.
func TestClient_rateLimitBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, status(200))
		o := options()
		o.RequestsPerSecond = 1.0 / (24 * 60 * 60)
		client := transport.New(o)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := client.Do(ctx, get(s.url)); err != nil {
			t.Fatal(err)
		}
		_, err := client.Do(ctx, post(s.url))
		if e := asError(t, err); !e.NotDone || e.Attempts != 0 || e.Elapsed != 0 {
			t.Errorf("got %+v", e)
		}
		s.wants(t, 1)
	})
}
