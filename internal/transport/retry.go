// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// patience is how many answers that it comes too fast (429) a request may have for
// each retry that it may have. They prove that nothing was done, and many clients
// at once need many turns.
const patience = 25

// maxPatience bounds the time in which answers that it comes too fast are borne.
const maxPatience = 10 * time.Minute

// maxRetryAfter caps the pause a server asks for with Retry-After, so that
// nothing waits longer than a user would.
const maxRetryAfter = time.Minute

// checkRetry decides whether an attempt is repeated. What may have been carried
// out is repeated only where the request is Repeatable; a refusal for going too
// fast (429) and a connection that never stood prove that nothing was done, and
// are repeated always.
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
		return t.repeatable || t.undone, nil
	}
	failed := resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusNotImplemented
	return failed && t.repeatable, nil
}

// backoff is the pause before the next attempt: what the server asks for
// (Retry-After in seconds or as a date, on 429 and 503) up to maxRetryAfter, else
// a doubling from lowest up to highest. Half of a doubling is chance, and what the
// server asks for is stretched by up to as much as the doubling: many clients must
// not come back in step.
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

// Pause waits as long as before the retry of that number, from 1, for a caller that
// decides by itself whether to try again. It returns the context's error if that
// has ended by then.
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

// neverSent says whether the error proves that no byte of the request reached a
// server: the connection was never made.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// isHopeless says whether the next attempt is bound to end the same way.
func isHopeless(err error) bool {
	var dns *net.DNSError
	var large *tooLargeError
	var plain tls.RecordHeaderError
	return IsCertificate(err) || errors.As(err, &plain) || errors.As(err, &large) || (errors.As(err, &dns) && dns.IsNotFound)
}
