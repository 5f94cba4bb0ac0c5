// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
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
	started := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = append(sent, fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Header.Get("Authorization"), body))
		if len(sent) < 3 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(started.Close)
	request := post(parse(t, started.URL+"/prefix/a%2Fb?x=1&y=2"))
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
		r := request(parse(t, "http://127.0.0.1:1/a/path")) // Nothing listens there.
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
			s := serve(t, trickle)
			o := options()
			o.RequestTimeout = 20 * time.Millisecond
			_, err := transport.New(o).Do(t.Context(), test.of(s.url))
			e := unanswered(t, err)
			if !errors.Is(err, context.DeadlineExceeded) || e.Attempts != test.attempts || e.NotDone {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestClient_cancelledRequestIsNeverSent(t *testing.T) {
	t.Parallel()
	s := serve(t, status(200))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := transport.New(options()).Do(ctx, get(s.url))
	if e := unanswered(t, err); !errors.Is(err, context.Canceled) || !e.NotDone || e.Attempts != 0 {
		t.Errorf("got %+v", e)
	}
	s.wants(t, 0)
}

func TestClient_cancelEndsThePause(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
	})
	o := options()
	o.RetryWaitMin, o.RetryWaitMax = time.Hour, time.Hour
	_, err := transport.New(o).Do(ctx, get(s.url))
	if e := unanswered(t, err); !errors.Is(err, context.Canceled) || e.NotDone || e.Attempts != 1 {
		t.Errorf("got %+v", e)
	}
	s.wants(t, 1)
}

// A limit of one request a day lets the first one through, and the next would wait
// longer than its caller does: it fails at once and is not sent.
func TestClient_rateIsLimited(t *testing.T) {
	t.Parallel()
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
	if e := unanswered(t, err); !e.NotDone || e.Attempts != 0 {
		t.Errorf("got %+v", e)
	}
	s.wants(t, 1)
}

func TestClient_retriesAreLimitedToo(t *testing.T) {
	t.Parallel()
	s := serve(t, status(500), status(200))
	o := options()
	o.RequestsPerSecond = 1.0 / (24 * 60 * 60)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if _, err := transport.New(o).Do(ctx, get(s.url)); err == nil {
		t.Error("the retry was not held back")
	}
	s.wants(t, 1)
}
