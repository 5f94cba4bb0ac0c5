// SPDX-License-Identifier: MPL-2.0

package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// respondSecret responds with secrets in the header and the body.
func respondSecret(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Set-Cookie", "session=hush")
	w.Header().Set("Location", "/hush")
	w.WriteHeader(http.StatusConflict)
	_, _ = io.WriteString(w, `{"apiKey":"hush"}`)
}

func garble(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(connection, `{"data":"{\"apiKey\":\"hush\"}"}`+"\r\n\r\n")
	_ = connection.Close()
}

// doWithoutSecret sends a request, and checks that neither the error nor the log contains a secret.
func doWithoutSecret(t *testing.T, request transport.Request) (response *transport.Response, logged []map[string]any, err error) {
	t.Helper()
	var output bytes.Buffer
	response, err = transport.New(options()).Do(tflogtest.RootLogger(t.Context(), &output), request)
	if err != nil && strings.Contains(strings.ToLower(err.Error()), "hush") {
		t.Errorf("the error contains a secret: %v", err)
	}
	if log := output.String(); strings.Contains(strings.ToLower(log), "hush") {
		t.Errorf("the log contains a secret: %s", log)
	}
	logged, decodeErr := tflogtest.MultilineJSONDecode(&output)
	if decodeErr != nil {
		t.Fatal(decodeErr)
	}
	return response, logged, err
}

func TestClient_noSecretsInLogsAndErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		step http.HandlerFunc
		// statuses are the HTTP statuses that the log must contain. 0 means an attempt without a response.
		statuses []int
	}{
		"conflict": {step: respondSecret, statuses: []int{409}},
		"refused":  {step: status(403), statuses: []int{403}},
		"hung up":  {step: hangUp, statuses: []int{0}},
		"cut":      {step: cut, statuses: []int{0}},
		"garbled":  {step: garble, statuses: []int{0}},
		"timeout":  {step: trickle, statuses: []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, test.step)
				request := post(s.url)
				request.URL.RawQuery = "token=hush"
				request.Header = http.Header{"Authorization": {"Bearer hush"}, "X-Hush": {"hush"}}
				request.Body = []byte(`{"apiKey":"hush"}`)
				_, entries, _ := doWithoutSecret(t, request)
				var statuses []int
				for i, entry := range entries {
					if entry["http_method"] != "POST" || entry["http_path"] != "/a/path" || entry["attempt"] != float64(i+1) {
						t.Errorf("got %v", entry)
					}
					got, responded := entry["http_status"].(float64)
					if _, failed := entry["error"]; failed == responded {
						t.Errorf("got both or neither of status and error: %v", entry)
					}
					statuses = append(statuses, int(got))
				}
				if !slices.Equal(statuses, test.statuses) {
					t.Errorf("logged %v, want %v", statuses, test.statuses)
				}
			})
		})
	}
}

// The path contains a key. Logs and errors must show the Route instead of the path.
func TestClient_secretInPath(t *testing.T) {
	t.Parallel()
	const route = "/keys/{api_key}"
	echo := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", r.RequestURI)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"detail":"no key `+r.RequestURI+`"}`)
		}
	}
	for name, test := range map[string]struct {
		step   http.HandlerFunc
		change func(*transport.Request)
		// logged is the expected number of attempts in the log.
		logged int
	}{
		"not found":    {step: echo(404), logged: 1},
		"down":         {step: echo(503), logged: 3},
		"rate limited": {step: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, logged: 51},
		"redirected":   {step: echo(307), logged: 1},
		"redirected to an invalid URL": {step: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://[hush"+r.RequestURI)
			w.WriteHeader(http.StatusFound)
		}, logged: 3},
		"hung up":        {step: hangUp, logged: 3},
		"cut":            {step: cut, logged: 3},
		"garbled":        {step: garble, logged: 3},
		"timeout":        {step: trickle, logged: 3},
		"unreachable":    {change: func(r *transport.Request) { r.URL.Host = unreachable(t).Host }, logged: 3},
		"invalid host":   {change: func(r *transport.Request) { r.URL.Host = "bad host" }},
		"invalid scheme": {change: func(r *transport.Request) { r.URL.Scheme = "ftp" }, logged: 3},
		"invalid header": {change: func(r *transport.Request) { r.Header = http.Header{"X": {"a\nb"}} }, logged: 3},
		"invalid method": {change: func(r *transport.Request) { r.Method = "bad method" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				step := test.step
				if step == nil {
					step = status(http.StatusOK)
				}
				request := get(serve(t, step).url)
				request.URL = request.URL.JoinPath("..", "keys", url.PathEscape("hush/hush+=%"))
				request.Route = route
				if test.change != nil {
					test.change(&request)
				}
				response, entries, err := doWithoutSecret(t, request)
				if (response == nil) == (err == nil) {
					t.Fatalf("got %v and %v", response, err)
				}
				if err != nil {
					if e := asError(t, err); e.Path != route || !strings.Contains(e.Error(), route) {
						t.Errorf("the error does not contain the route: %v", e)
					}
					if inner, ok := errors.AsType[*url.Error](err); ok {
						t.Errorf("the error contains the URL: %v", inner)
					}
				}
				for _, entry := range entries {
					if entry["http_path"] != route {
						t.Errorf("the log does not contain the route: %v", entry)
					}
				}
				if len(entries) != test.logged {
					t.Errorf("%d attempts were logged, want %d", len(entries), test.logged)
				}
			})
		})
	}
}

func TestClient_secretInInvalidRequest(t *testing.T) {
	t.Parallel()
	header, userInfo := post(unreachable(t)), post(unreachable(t))
	header.Header = http.Header{"Authorization": {"Bearer hush\nhush"}}
	userInfo.URL.User, userInfo.URL.RawQuery = url.UserPassword("user", "hush"), "b=hush"
	for _, request := range []transport.Request{header, userInfo} {
		_, _, err := doWithoutSecret(t, request)
		_ = asError(t, err)
	}
}

// Member names and certificate errors may contain secrets that only the function Hide of the request can remove.
func TestClient_hide(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		dial func(context.Context, string, string) (net.Conn, error)
		want string
	}{
		"member name": {dial: network.DialContext, want: `{\"(secret)\":\"(number)\"}`},
		"certificate": {want: "certificate is for (secret)", dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("certificate is for Hush")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options()
			o.DialContext = test.dial
			request := post(serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"Hush":1}`) }).url)
			request.Body = []byte(`{"Hush":1}`)
			request.Hide = func(text string) string { return strings.ReplaceAll(text, "Hush", "(secret)") }
			var output bytes.Buffer
			_, err := transport.New(o).Do(tflogtest.RootLogger(t.Context(), &output), request)
			if err != nil && !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
			if log := output.String(); !strings.Contains(log, test.want) || strings.Contains(log, "Hush") {
				t.Errorf("got %s", log)
			}
		})
	}
}
