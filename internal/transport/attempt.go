// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/time/rate"
)

// trip is the state of one call of Do. The attempts of a call run one after another, so trip needs no lock.
type trip struct {
	Request
	maxRetries int
	received   []byte
	attempts   int
	// failures is the number of attempts that count against maxRetries. rateLimited is the number of 429 responses.
	failures, rateLimited int
	// undone is true as long as it is certain that the server has not carried out any attempt.
	undone bool
	// uncertified becomes Response.Uncertified.
	uncertified bool
	start       time.Time
	// first is the time when the first attempt began. If there is a rate limit, first is the time when Do began, so the
	// wait for the limit is included. last is the time when the latest attempt began.
	first, last time.Time
}

// waited returns the time from first to last. Earlier attempts, pauses and the rate limit cause this delay of the last
// attempt.
func (t *trip) waited() time.Duration { return t.last.Sub(t.first) }

type tripKey struct{}

func tripOf(ctx context.Context) *trip {
	return ctx.Value(tripKey{}).(*trip) //nolint:forcetypeassert // Only Do sends requests, and it always sets the trip.
}

// attempts sends each attempt of a request. An attempt includes reading the whole response body. So an attempt with a
// truncated or endless body fails, and can be repeated like any other failed attempt.
type attempts struct {
	base    http.RoundTripper
	limiter *rate.Limiter
	timeout time.Duration
	// certified is true if a client certificate is configured. asked is true if the server has asked for a client
	// certificate. responded is true if the server has sent a response.
	certified        bool
	asked, responded atomic.Bool
}

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	t := tripOf(ctx)
	if err := a.limiter.Wait(ctx); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.attempts++

	if t.Write {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	start := time.Now()
	t.last = start
	switch {
	case t.attempts > 1:
	case a.limiter.Limit() < rate.Inf:
		t.first = t.start
	default:
		t.first = start
	}
	resp, body, err := a.exchange(req.WithContext(ctx), t.MaxResponse)
	t.undone = t.undone && ((err != nil && neverSent(err)) || (err == nil && resp.StatusCode == http.StatusTooManyRequests))

	// Headers, queries, values in bodies, and some paths can contain secrets, so they are not logged.
	fields := map[string]any{
		"http_method":   req.Method,
		"http_path":     t.Route,
		"request_bytes": req.ContentLength,
		"request_body":  masked{t.Body, t.Hide},
		"attempt":       t.attempts,
		"duration_ms":   time.Since(start).Milliseconds(),
	}
	if err != nil {
		if a.refusesCertificate(err) {
			err = &ClientCertificateError{Given: a.certified, Err: err}
		}
		fields["error"] = shown(cause(err), t.Hide)
		tflog.Warn(ctx, "Request failed", fields)
		return nil, err
	}
	fields["http_status"] = resp.StatusCode
	fields["response_bytes"] = len(body)
	fields["response_body"] = masked{body, t.Hide}
	tflog.Debug(ctx, "Response received", fields)

	a.responded.Store(true)
	t.received, t.uncertified = body, a.asked.Load() && !a.certified
	resp.Body = http.NoBody
	return resp, nil
}

// refusesCertificate reports whether the server probably refused the connection because of the client certificate: none was
// sent, or the server does not accept the certificate. This is possible only if the server has asked for a certificate. The
// server refuses with a TLS alert. With TLS 1.3, the client sends its request before the alert arrives, and the alert can
// get lost. So if the server has never sent a response, every error after the connection was established counts as a
// refusal, except for a timeout.
func (a *attempts) refusesCertificate(err error) bool {
	return a.asked.Load() && (isAlert(err) || !a.responded.Load() && !neverSent(err) && !errors.Is(err, context.DeadlineExceeded))
}

func (a *attempts) exchange(req *http.Request, limit int64) (*http.Response, []byte, error) {
	resp, err := a.base.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // The body was read completely, or the rest is not needed.
	if resp.StatusCode < http.StatusOK {
		// The only status below 200 that net/http returns is 101. The body of such a response is the connection, which does
		// not end.
		return resp, nil, nil
	}
	tooLarge := ErrTooLarge
	if resp.StatusCode >= http.StatusMultipleChoices {
		limit, tooLarge = min(limit, MaxRefusal), ErrRefusalTooLarge
	}
	from := io.Reader(resp.Body)
	compressed := strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip")
	if compressed {
		from, err = expand(resp.Body)
		if errors.Is(err, io.EOF) {
			return resp, nil, nil // The body is empty.
		}
		if err != nil {
			return nil, nil, err
		}
	}
	from = io.LimitReader(from, limit+1)
	var body []byte
	if !compressed && 0 < resp.ContentLength && resp.ContentLength <= limit {
		// A list can be large. A buffer of the right size avoids copies.
		buffer := bytes.NewBuffer(make([]byte, 0, resp.ContentLength+bytes.MinRead))
		_, err = buffer.ReadFrom(from)
		body = buffer.Bytes()
	} else {
		body, err = io.ReadAll(from)
	}
	if err != nil {
		return nil, nil, err
	}
	if int64(len(body)) > limit {
		return nil, nil, fmt.Errorf("%w: it is larger than %d MiB", tooLarge, limit>>20)
	}
	return resp, body, nil
}
