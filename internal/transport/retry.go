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

// maxRetryAfter caps the pause a server asks for with Retry-After, so that
// nothing waits longer than a user would.
const maxRetryAfter = time.Minute

// checkRetry decides whether an attempt is repeated. What may have been carried
// out is repeated only where the request is Repeatable; a refusal for going too
// fast (429) and a connection that never stood prove that nothing was done, and
// are repeated always.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	repeatable := tripOf(ctx).repeatable
	if err != nil {
		if isHopeless(err) {
			return false, nil
		}
		return repeatable || neverSent(err), nil
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return true, nil
	case resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusNotImplemented:
		return repeatable, nil
	}
	return false, nil
}

// backoff is the pause before the next attempt: what the server asks for
// (Retry-After in seconds or as a date, on 429 and 503) up to maxRetryAfter, else
// a doubling from lowest up to highest; half of it is chance, so that many
// clients do not come back in step.
func backoff(lowest, highest time.Duration, attempt int, resp *http.Response) time.Duration {
	pause := retryablehttp.DefaultBackoff(lowest, highest, attempt, resp)
	if resp != nil && resp.Header.Get("Retry-After") != "" {
		// A header that overflows the clock comes out negative.
		pause = min(max(pause, 0), maxRetryAfter)
		return pause + rand.N(pause/10+1) //nolint:gosec // G404: jitter is no secret.
	}
	return pause/2 + rand.N(pause/2+1) //nolint:gosec // G404: jitter is no secret.
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
	return IsCertificate(err) || errors.As(err, &large) || (errors.As(err, &dns) && dns.IsNotFound)
}
