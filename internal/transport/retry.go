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
	// patience is how many 429 responses count as one retry, and maxPatience how long requests are sent again after
	// them: see the package documentation.
	patience    = 25
	maxPatience = 10 * time.Minute
	// maxRetryAfter caps the pause a server asks for with Retry-After, so that nothing waits longer than a user would.
	maxRetryAfter = time.Minute
)

// checkRetry decides whether an attempt is repeated. What may have been carried out is repeated only if the request is
// Repeatable. A 429 and a connection that was never made prove that nothing was done, and are always repeated.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	t := tripOf(ctx)
	if ctx.Err() != nil {
		// What the last attempt came to is the outcome.
		return false, err
	}
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		t.tooFast++
		return t.tooFast <= patience*t.maxRetries && time.Since(t.start) < maxPatience, nil
	}
	t.failures++
	if t.failures > t.maxRetries {
		return false, nil
	}
	if err != nil {
		if isHopeless(err) {
			return false, nil
		}
		return t.Repeatable || t.undone, nil
	}
	failed := resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusNotImplemented
	return failed && t.Repeatable, nil
}

// backoff is the pause before the next attempt: what the server asks for (Retry-After in seconds or as a date, on 429
// and 503) up to maxRetryAfter, else a doubling from lowest up to highest. Half of a doubling is random, and up to a
// doubling is added to what the server asks for, so that many clients do not come back in step.
func backoff(lowest, highest time.Duration, attempt int, resp *http.Response) time.Duration {
	pause := retryablehttp.DefaultBackoff(lowest, highest, attempt, nil)
	if resp != nil && resp.Header.Get("Retry-After") != "" {
		asked := retryablehttp.DefaultBackoff(lowest, highest, attempt, resp)
		// A header that overflows the clock comes out negative.
		asked = min(max(asked, 0), maxRetryAfter)
		return asked + rand.N(pause+1) //nolint:gosec // G404: jitter is no secret.
	}
	return pause/2 + rand.N(pause/2+1) //nolint:gosec // G404: jitter is no secret.
}

// Pause waits as long as before the retry of that number, from 1, for a caller that decides by itself whether to try
// again. It returns the context's error if that has ended by then.
func (c *Client) Pause(ctx context.Context, retry int) error {
	timer := time.NewTimer(backoff(c.http.RetryWaitMin, c.http.RetryWaitMax, retry-1, nil))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	// The context takes precedence where both have ended.
	return ctx.Err()
}

// neverSent says whether the error proves that the connection was never made.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || IsProxy(err) || IsNotTLS(err) || IsCertificate(err)
}

// isHopeless says whether the next attempt is bound to end the same way.
func isHopeless(err error) bool {
	var dns *net.DNSError
	var proxy *ProxyError
	var certificate *ClientCertificateError
	return IsCertificate(err) || IsNotTLS(err) || errors.Is(err, ErrTooLarge) || (errors.As(err, &dns) && dns.IsNotFound) ||
		(errors.As(err, &proxy) && proxy.Status < http.StatusInternalServerError) || (errors.As(err, &certificate) && isAlert(err))
}
