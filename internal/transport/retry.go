// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	// rateLimitedPerRetry is the number of 429 responses that count as one retry. After maxRateLimited, a 429 response is
	// not retried anymore. For the reasons, see the package documentation.
	rateLimitedPerRetry = 25
	maxRateLimited      = 10 * time.Minute
	// maxRetryAfter is the maximum pause that a server can request with Retry-After. Users would not wait longer.
	maxRetryAfter = time.Minute
)

// checkRetry decides whether the request is repeated after an attempt. A request that is not Repeatable is repeated only if
// it is certain that the server has not carried out any attempt: each attempt either got 429 or could not connect.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	t := tripOf(ctx)
	if ctx.Err() != nil {
		// The context has ended, so the result of this attempt is the result of the request.
		return false, err
	}
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		t.rateLimited++
		return t.rateLimited <= rateLimitedPerRetry*t.maxRetries && time.Since(t.start) < maxRateLimited, nil
	}
	t.failures++
	if t.failures > t.maxRetries {
		return false, nil
	}
	if err != nil {
		if isPermanent(err) {
			return false, nil
		}
		return t.Repeatable || (t.undone && t.attempts > 0), nil
	}
	failed := resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusNotImplemented
	return failed && t.Repeatable, nil
}

// backoff returns the pause before the next attempt. The maximum pause is lowest after the first attempt, and doubles with
// each further attempt, up to highest. The pause is a random time between half of the maximum pause and the maximum pause.
// If a 429 or 503 response has Retry-After (in seconds or as a date), the pause is that time, limited to maxRetryAfter,
// plus a random time up to the maximum pause. The random part keeps many clients from retrying at the same time.
func backoff(lowest, highest time.Duration, attempt int, resp *http.Response) time.Duration {
	pause := retryablehttp.DefaultBackoff(lowest, highest, attempt, nil)
	if resp != nil && resp.Header.Get("Retry-After") != "" {
		asked := retryablehttp.DefaultBackoff(lowest, highest, attempt, resp)
		// A value that overflows time.Duration results in a negative time.
		asked = min(max(asked, 0), maxRetryAfter)
		return asked + rand.N(pause+1) //nolint:gosec // G404: jitter is no secret.
	}
	return pause/2 + rand.N(pause/2+1) //nolint:gosec // G404: jitter is no secret.
}

// Pause waits as long as Do waits before a retry. The parameter retry is the number of the retry, counted from 1. Callers
// that repeat requests themselves use Pause. If the context ends first, Pause returns the error of the context.
func (c *Client) Pause(ctx context.Context, retry int) error {
	timer := time.NewTimer(backoff(c.http.RetryWaitMin, c.http.RetryWaitMax, retry-1, nil))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	// If the timer and the context have both ended, Pause returns the error of the context.
	return ctx.Err()
}

// neverSent reports whether the error shows that the request was not sent, because no connection was established.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || IsProxy(err) || IsNotTLS(err) || IsCertificate(err)
}

// isPermanent reports whether a retry would fail with the same error.
func isPermanent(err error) bool {
	var dns *net.DNSError
	var proxy *ProxyError
	var certificate *ClientCertificateError
	return IsCertificate(err) || IsNotTLS(err) || errors.Is(err, ErrTooLarge) || (errors.As(err, &dns) && dns.IsNotFound) ||
		(errors.As(err, &proxy) && proxy.Status < http.StatusInternalServerError) || (errors.As(err, &certificate) && isAlert(err))
}
