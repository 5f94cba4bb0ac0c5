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
	// rateLimitedPerRetry is the number of 429 responses that count as one retry. maxRateLimited is how long a request is retried
	// because of 429 responses. See the package documentation.
	rateLimitedPerRetry = 25
	maxRateLimited      = 10 * time.Minute
	// maxRetryAfter is the maximum pause that a server can request with Retry-After. Users would not wait longer.
	maxRetryAfter = time.Minute
)

// checkRetry decides whether an attempt is repeated. An attempt that may have been carried out is repeated only if the request
// is Repeatable. A 429 and a failed connection prove that nothing was done, so these attempts are always repeated.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	t := tripOf(ctx)
	if ctx.Err() != nil {
		// The result of the last attempt is the result of the request.
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

// backoff returns the pause before the next attempt. The base doubles with each attempt, from lowest to highest, and the pause
// is a random time between half the base and the base. If the server sends Retry-After in seconds or as a date (with 429 or
// 503), the pause is that time, up to maxRetryAfter, plus a random time up to the base. The random part keeps clients from
// retrying at the same time.
func backoff(lowest, highest time.Duration, attempt int, resp *http.Response) time.Duration {
	pause := retryablehttp.DefaultBackoff(lowest, highest, attempt, nil)
	if resp != nil && resp.Header.Get("Retry-After") != "" {
		asked := retryablehttp.DefaultBackoff(lowest, highest, attempt, resp)
		// A header that overflows a duration results in a negative pause.
		asked = min(max(asked, 0), maxRetryAfter)
		return asked + rand.N(pause+1) //nolint:gosec // G404: jitter is no secret.
	}
	return pause/2 + rand.N(pause/2+1) //nolint:gosec // G404: jitter is no secret.
}

// Pause is for callers with their own retries. It waits as long as Do waits before the given retry, counted from 1. It returns
// the context's error if the context ends first.
func (c *Client) Pause(ctx context.Context, retry int) error {
	timer := time.NewTimer(backoff(c.http.RetryWaitMin, c.http.RetryWaitMax, retry-1, nil))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	// The context takes precedence if both have ended.
	return ctx.Err()
}

// neverSent reports whether the error proves that no connection was established.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || IsProxy(err) || IsNotTLS(err) || IsCertificate(err)
}

// isPermanent reports whether the next attempt would fail in the same way.
func isPermanent(err error) bool {
	var dns *net.DNSError
	var proxy *ProxyError
	var certificate *ClientCertificateError
	return IsCertificate(err) || IsNotTLS(err) || errors.Is(err, ErrTooLarge) || (errors.As(err, &dns) && dns.IsNotFound) ||
		(errors.As(err, &proxy) && proxy.Status < http.StatusInternalServerError) || (errors.As(err, &certificate) && isAlert(err))
}
