// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

// idleConnections is the number of connections to one host that stay open between requests. It is at least the number of
// operations that Terraform usually runs at the same time (-parallelism), so that they do not need new handshakes.
const idleConnections = 64

// Options configure a Client. Only RequestTimeout is required.
type Options struct {
	// RootCAs are the trusted certificate authorities; nil means the system roots.
	RootCAs *x509.CertPool
	// ClientCertificate is sent to a server that asks for one; nil means no certificate.
	ClientCertificate *tls.Certificate
	// InsecureSkipVerify skips the verification of the server's certificate.
	InsecureSkipVerify bool
	// RequestTimeout is the timeout of one attempt, including the connection and the body of the response. It must be positive.
	RequestTimeout time.Duration
	// MaxRetries is the maximum number of retries of a request that may be repeated. 429 responses count less: see
	// rateLimitedPerRetry.
	MaxRetries int
	// RetryWaitMin and RetryWaitMax bound the pause before a retry, which doubles each time. Zero means 500 ms and 30 s.
	RetryWaitMin, RetryWaitMax time.Duration
	// RequestsPerSecond is the maximum rate of requests, including retries; 0 means no limit.
	RequestsPerSecond float64
	// UserAgent is sent with every request.
	UserAgent string
	// MaxList is the maximum size of a list in bytes; 0 means DefaultMaxList.
	MaxList int64
	// DialContext opens connections; nil means TCP.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// DefaultMaxList is the default maximum size of a list in bytes. Lists of known services are far smaller.
const DefaultMaxList = 64 << 20

// MaxRefusal is the maximum size of an error response in bytes, including error responses to list requests.
const MaxRefusal = 1 << 20

// Client sends requests. It is safe for concurrent use.
type Client struct {
	http       *retryablehttp.Client
	userAgent  string
	maxRetries int
	maxList    int64
}

// MaxList returns the maximum size of a list in bytes, for Request.MaxResponse.
func (c *Client) MaxList() int64 { return c.maxList }

// New returns a Client. It opens no connection.
func New(o Options) *Client {
	base := cleanhttp.DefaultPooledTransport()
	base.MaxIdleConnsPerHost = idleConnections
	if o.DialContext != nil {
		base.DialContext = o.DialContext
	}
	base.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
		if response.StatusCode != http.StatusOK {
			return &ProxyError{Status: response.StatusCode}
		}
		return nil
	}
	// If net/http decompressed the body, the compressed size would be unknown: see expansion.
	base.DisableCompression = true
	base.MaxResponseHeaderBytes = 1 << 20
	limit := rate.Inf
	if o.RequestsPerSecond > 0 {
		limit = rate.Limit(o.RequestsPerSecond)
	}
	a := &attempts{base: base, limiter: rate.NewLimiter(limit, 1), timeout: o.RequestTimeout, certified: o.ClientCertificate != nil}
	base.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		RootCAs:            o.RootCAs,
		InsecureSkipVerify: o.InsecureSkipVerify, //nolint:gosec // G402: the user's own, documented choice.
		// The certificate is sent even if the server names other authorities, since "certificate refused" is a more
		// useful error than "no certificate sent".
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			a.asked.Store(true)
			return cmp.Or(o.ClientCertificate, &tls.Certificate{}), nil
		},
	}
	return &Client{
		http: &retryablehttp.Client{
			HTTPClient: &http.Client{
				Transport: a,
				// The redirect is returned as the response. The caller returns an error that names the target of the
				// redirect.
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			},
			RetryMax:     rateLimitedPerRetry * max(o.MaxRetries, 1), // checkRetry applies MaxRetries.
			RetryWaitMin: cmp.Or(o.RetryWaitMin, 500*time.Millisecond),
			RetryWaitMax: cmp.Or(o.RetryWaitMax, 30*time.Second),
			CheckRetry:   checkRetry,
			Backoff:      backoff,
			ErrorHandler: retryablehttp.PassthroughErrorHandler,
		},
		userAgent:  o.UserAgent,
		maxRetries: o.MaxRetries,
		maxList:    cmp.Or(o.MaxList, DefaultMaxList),
	}
}

// Request is one request to a service.
type Request struct {
	Method string
	URL    *url.URL
	// Route replaces a path that contains a secret in logs and errors, for example "/keys/{api_key}"; "" means the path.
	Route string
	// Header is sent in addition to Accept, Accept-Encoding, User-Agent and Content-Type.
	Header http.Header
	// Hide removes known secrets from a text that logs or errors show; it may be nil.
	Hide func(text string) string
	// Body is a JSON document, or nil.
	Body []byte
	// Repeatable is true if the request may be sent again even if the first attempt was carried out, as for reads and log-ins.
	Repeatable bool
	// Write is true if the request creates, changes or deletes something.
	Write bool
	// MaxResponse is the maximum size of the decompressed response body in bytes; see also MaxRefusal.
	MaxResponse int64
}

// Response is a response with its complete body.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Uncertified is true if the server asked for a client certificate, and none is configured.
	Uncertified bool
	// Attempts is the number of attempts, and Elapsed their total duration, including pauses.
	Attempts int
	Elapsed  time.Duration
	// Waited is how long earlier attempts, pauses and the rate limit delayed the last attempt.
	Waited time.Duration
}

// Succeeded reports whether the status is 2xx, except 206: a list must be complete.
func (r *Response) Succeeded() bool {
	return r.Status >= http.StatusOK && r.Status < http.StatusMultipleChoices && r.Status != http.StatusPartialContent
}

// Do sends the request, and retries it if that is safe. It returns every response, whatever its status. A request without a
// response returns an *Error.
//
// When the context ends, Do ends a pause and starts no further attempt. It also cancels an attempt in progress, unless the
// request is a Write. A Write runs to its own timeout, since its response may contain a secret that is returned only once.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	r.Route = cmp.Or(r.Route, r.URL.Path)
	t := &trip{Request: r, maxRetries: c.maxRetries, undone: true, start: time.Now()}
	req, err := retryablehttp.NewRequestWithContext(context.WithValue(ctx, tripKey{}, t), r.Method, r.URL.String(), nil)
	if err != nil {
		return nil, t.failed(err)
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", c.userAgent)
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
		if err := req.SetBody(bytes.NewReader(r.Body)); err != nil {
			return nil, t.failed(err)
		}
	}

	resp, err := c.http.Do(req)
	if err != nil {
		return nil, t.failed(err)
	}
	_ = resp.Body.Close() // The body is empty: see attempts.RoundTrip.
	return &Response{
		Status:      resp.StatusCode,
		Header:      resp.Header,
		Body:        t.received,
		Uncertified: t.uncertified,
		Attempts:    t.attempts,
		Elapsed:     time.Since(t.start),
		Waited:      t.waited(),
	}, nil
}
