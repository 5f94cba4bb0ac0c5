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

// idleConnections is the number of connections to one host that stay open between requests. Terraform usually runs no more
// than idleConnections operations at the same time (-parallelism). So later operations do not need new TLS handshakes.
const idleConnections = 64

// Options configures a Client. Only RequestTimeout is required.
type Options struct {
	// RootCAs are the trusted certificate authorities. If RootCAs is nil, the client trusts those of the operating system.
	RootCAs *x509.CertPool
	// ClientCertificate is sent to a server that asks for a client certificate. If ClientCertificate is nil, no certificate
	// is sent.
	ClientCertificate *tls.Certificate
	// InsecureSkipVerify turns off the verification of the server's certificate.
	InsecureSkipVerify bool
	// RequestTimeout is the timeout of one attempt, including the time to connect and to read the body of the response.
	// RequestTimeout must be positive.
	RequestTimeout time.Duration
	// MaxRetries is the maximum number of retries of a request. Retries after a 429 response count less:
	// rateLimitedPerRetry of these responses count as one retry.
	MaxRetries int
	// RetryWaitMin is the maximum pause before the first retry. The maximum doubles with each retry, up to RetryWaitMax.
	// The pause is a random time between half of the maximum and the maximum. Retry-After can cause a longer pause. Zero
	// means 500 ms for RetryWaitMin and 30 s for RetryWaitMax.
	RetryWaitMin, RetryWaitMax time.Duration
	// RequestsPerSecond is the maximum rate of requests, including retries. If RequestsPerSecond is 0, there is no limit.
	RequestsPerSecond float64
	// UserAgent is sent with every request.
	UserAgent string
	// MaxList is the maximum size of a list response in bytes. If MaxList is 0, DefaultMaxList is used.
	MaxList int64
	// DialContext opens connections. If DialContext is nil, the client uses TCP.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// DefaultMaxList is the default maximum size of a list response in bytes. List responses of the supported services are far
// smaller.
const DefaultMaxList = 64 << 20

// MaxRefusal is the maximum size of an error response in bytes. This limit also applies to error responses to list
// requests.
const MaxRefusal = 1 << 20

// Client sends requests to services. All methods are safe for concurrent use.
type Client struct {
	http       *retryablehttp.Client
	userAgent  string
	maxRetries int
	maxList    int64
}

// MaxList returns the maximum size of a list response in bytes. Callers set Request.MaxResponse to this value for list
// requests.
func (c *Client) MaxList() int64 { return c.maxList }

// New returns a Client. New does not open a connection.
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
	// attempts decompresses the body, since expansion must know the compressed size. net/http would hide the compressed
	// size.
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
		// The client sends its certificate even if the server asks for a certificate of another authority. The server then
		// refuses the certificate. This error is more helpful than an error that the client sent no certificate.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			a.asked.Store(true)
			return cmp.Or(o.ClientCertificate, &tls.Certificate{}), nil
		},
	}
	return &Client{
		http: &retryablehttp.Client{
			HTTPClient: &http.Client{
				Transport: a,
				// Do returns a redirect as the response. The caller of Do returns an error that names the target of the
				// redirect.
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			},
			RetryMax:     rateLimitedPerRetry * max(o.MaxRetries, 1), // This is an upper limit. checkRetry applies MaxRetries.
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

// Request is a request to a service. Do can send a Request several times.
type Request struct {
	Method string
	URL    *url.URL
	// Route is the text that logs and errors show instead of the path of URL, for example "/keys/{api_key}". Set Route if
	// the path contains a secret. If Route is empty, logs and errors show the path.
	Route string
	// Header has headers that are sent in addition to Accept, Accept-Encoding, User-Agent and Content-Type.
	Header http.Header
	// Hide removes secrets that the caller knows from a text for logs or errors. Hide may be nil.
	Hide func(text string) string
	// Body is a JSON document. If Body is nil, the request has no body.
	Body []byte
	// Repeatable is true if Do may send the request again although the server may have carried it out. Reads and log-ins
	// are repeatable.
	Repeatable bool
	// Write is true if the request creates, changes or deletes an object of the service.
	Write bool
	// MaxResponse is the maximum size of the decompressed response body in bytes. For error responses, the limit is
	// MaxRefusal if that is smaller.
	MaxResponse int64
}

// Response is an HTTP response with its complete, decompressed body.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Uncertified is true if the server asked for a client certificate but none is configured.
	Uncertified bool
	// Attempts is the number of attempts. Elapsed is their total duration, including pauses.
	Attempts int
	Elapsed  time.Duration
	// Waited is the delay of the last attempt by earlier attempts, pauses and the rate limit.
	Waited time.Duration
}

// Succeeded reports whether the status is 2xx, except for 206 (Partial Content). An incomplete list is not a success.
func (r *Response) Succeeded() bool {
	return r.Status >= http.StatusOK && r.Status < http.StatusMultipleChoices && r.Status != http.StatusPartialContent
}

// Do sends the request, and retries it if a retry is safe. Do returns every response, whatever its status. If there is no
// response, Do returns an *Error.
//
// If the context ends, Do ends a pause and starts no further attempt. Do also cancels the current attempt, unless the
// request is a Write. A Write continues until its own timeout, since its response may contain a secret that the service
// returns only once.
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
	_ = resp.Body.Close() // attempts.RoundTrip has replaced the body with an empty body.
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
