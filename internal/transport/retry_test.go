// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestClient_whatIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trouble http.HandlerFunc
		// get and post are how many requests come where the second one succeeds.
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
				s := serve(t, test.trouble, text("done"))
				answer, err := transport.New(options()).Do(t.Context(), request.of(s.url))
				s.wants(t, request.want)
				switch {
				case err != nil:
					if e := unanswered(t, err); e.Attempts != request.want || e.NotDone {
						t.Errorf("got %+v", e)
					}
				case request.want > 1 && (string(answer.Body) != "done" || answer.Status != 200):
					t.Errorf("got %d %q", answer.Status, answer.Body)
				case answer.Attempts != request.want:
					t.Errorf("%d attempts told, want %d", answer.Attempts, request.want)
				}
			})
		}
	}
}

func TestClient_lastAnswerIsGiven(t *testing.T) {
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
			answer, err := transport.New(o).Do(t.Context(), get(s.url))
			if err != nil {
				t.Fatal(err)
			}
			if answer.Status != 503 || string(answer.Body) != "later" || answer.Header.Get("X-Why") != "maintenance" {
				t.Errorf("got %+v", answer)
			}
			s.wants(t, retries+1)
			if answer.Attempts != retries+1 {
				t.Errorf("%d attempts told", answer.Attempts)
			}
		})
	}
}

func TestClient_repeatedRequestIsTheSame(t *testing.T) {
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

func TestClient_refusedConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, request := range []func(*url.URL) transport.Request{get, post} {
		r := request(nowhere(t))
		t.Run(r.Method, func(t *testing.T) {
			t.Parallel()
			_, err := transport.New(options()).Do(t.Context(), r)
			e := unanswered(t, err)
			if e.Attempts != 3 || !e.NotDone || e.Method != r.Method || e.Path != "/a/path" {
				t.Errorf("got %+v", e)
			}
		})
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
				e := unanswered(t, err)
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
		if e := unanswered(t, err); !errors.Is(err, context.Canceled) || !e.NotDone || e.Attempts != 0 {
			t.Errorf("%s: got %+v", request.Method, e)
		}
	}
	s.wants(t, 0)
}

// The context ends a pause between attempts at once.
func TestClient_cancelEndsThePause(t *testing.T) {
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
				if e := unanswered(t, err); !errors.Is(err, context.Canceled) || e.NotDone != test.notDone || e.Attempts != 1 || e.Elapsed != 0 {
					t.Errorf("got %+v", e)
				}
				s.wants(t, 1)
			})
		})
	}
}

// The context ends a read that is under way. A write that was sent runs to its own timeout, and its response is
// returned.
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
				time.Sleep(responseTakes) // The handler ends.
			})
		})
	}
}

// A response that switches protocols has no end, and is returned at once.
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
			_, _ = io.Copy(io.Discard, connection) // until the client closes it
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
		// bounds are those of the two pauses, in milliseconds.
		bounds [2][2]int64
	}{
		"503":       {503, nil, [2][2]int64{{250, 500}, {500, 1000}}},
		"503, asks": {503, http.Header{"Retry-After": {"7"}}, [2][2]int64{{7000, 7500}, {7000, 8000}}},
		"429, asks": {429, http.Header{"Retry-After": {"3600"}}, [2][2]int64{{60_000, 60_500}, {60_000, 61_000}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var came []time.Time
				s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
					if came = append(came, time.Now()); len(came) < 3 {
						maps.Copy(w.Header(), test.header)
						w.WriteHeader(test.status)
					}
				})
				o := options()
				o.RetryWaitMin, o.RetryWaitMax = 0, 0
				answer, err := transport.New(o).Do(t.Context(), get(s.url))
				if err != nil || len(came) != 3 || answer.Elapsed != came[2].Sub(came[0]) {
					t.Fatalf("got %+v, %v after %d requests", answer, err, len(came))
				}
				for i, bound := range test.bounds {
					if pause := came[i+1].Sub(came[i]).Milliseconds(); pause < bound[0] || pause > bound[1] {
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
			t.Errorf("it ended after %s", took)
		}
	})
}

// A request that is rate limited (429) is retried for a long time, and not for ever.
func TestClient_patience(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wait time.Duration
		// requests is how many are sent, 0 where time limits it.
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
				answer, err := transport.New(o).Do(t.Context(), post(s.url))
				if err != nil || answer.Status != 429 {
					t.Fatalf("got %+v, %v", answer, err)
				}
				if test.requests > 0 {
					s.wants(t, test.requests)
				} else if answer.Elapsed < 10*time.Minute || answer.Elapsed > 11*time.Minute {
					t.Errorf("it was retried for %s", answer.Elapsed)
				}
			})
		})
	}
}

// The rate limit counts retries too.
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

// A request that would wait beyond its context's deadline fails at once and is not sent.
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
		if e := unanswered(t, err); !e.NotDone || e.Attempts != 0 || e.Elapsed != 0 {
			t.Errorf("got %+v", e)
		}
		s.wants(t, 1)
	})
}
