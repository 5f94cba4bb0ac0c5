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

// idleConnections is how many connections to one host stay open between requests: as many as Terraform is likely to
// run operations at a time (-parallelism), so that none of them pays for a new handshake.
const idleConnections = 64

// Options say how a Client reaches a service. The zero value of every field but RequestTimeout is usable.
type Options struct {
	// RootCAs are the certificate authorities that are trusted; nil means the system's.
	RootCAs *x509.CertPool
	// ClientCertificate is sent to a server that asks for one; nil means none.
	ClientCertificate *tls.Certificate
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout bounds one attempt, from the first byte sent to the last byte of the response. It must be positive.
	RequestTimeout time.Duration
	// MaxRetries is how often a failed attempt is repeated, if that is safe. A 429 counts for less: see patience.
	MaxRetries int
	// RetryWaitMin and RetryWaitMax bound the pause before a retry, which doubles each time. Zero means 500 ms and 30 s.
	RetryWaitMin, RetryWaitMax time.Duration
	// RequestsPerSecond limits what is sent, retries included; 0 means no limit.
	RequestsPerSecond float64
	// UserAgent is sent with every request.
	UserAgent string
	// MaxList bounds the body of a list in bytes; 0 means DefaultMaxList.
	MaxList int64
	// DialContext opens connections; nil means TCP.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// DefaultMaxList is far above the list of any service that is known, in bytes.
const DefaultMaxList = 64 << 20

// MaxRefusal bounds the body of a response that is no success, in bytes: also a list may be refused.
const MaxRefusal = 1 << 20

// Client sends requests. It is safe for concurrent use.
type Client struct {
	http       *retryablehttp.Client
	userAgent  string
	maxRetries int
	maxList    int64
}

// MaxList is Options.MaxList: Request.MaxResponse of a list.
func (c *Client) MaxList() int64 { return c.maxList }

// New makes a Client. It opens no connection.
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
	// Of what net/http expands by itself it does not tell how large it was.
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
		// The certificate is sent whatever authorities the server names: its refusal says more than that there was none.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			a.asked.Store(true)
			return cmp.Or(o.ClientCertificate, &tls.Certificate{}), nil
		},
	}
	return &Client{
		http: &retryablehttp.Client{
			HTTPClient: &http.Client{
				Transport: a,
				// The response goes back as it is; the client says what to set.
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			},
			RetryMax:     patience * max(o.MaxRetries, 1), // checkRetry ends most sooner.
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
	// Route is what logs and errors show in place of a path that holds a secret, for example "/keys/{api_key}"; "" shows
	// the path.
	Route string
	// Header is sent as it is, beside what every JSON request carries.
	Header http.Header
	// Hide takes the secrets that the caller knows out of a text for logs and errors; nil hides nothing.
	Hide func(text string) string
	// Body is a JSON document, or nil.
	Body []byte
	// Repeatable says that sending the request again does no harm even if the first attempt was carried out: true for
	// reads and log-ins, false for what creates or deletes something.
	Repeatable bool
	// Write says that the request creates, changes or deletes something.
	Write bool
	// MaxResponse bounds the response's body in bytes, expanded if it is compressed; see also MaxRefusal.
	MaxResponse int64
}

// Response is a complete response: its body was read to the end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Uncertified says that the server asked for a client certificate, and that there is none.
	Uncertified bool
	// Attempts and Elapsed tell what the response cost, pauses included.
	Attempts int
	Elapsed  time.Duration
	// Waited is how long after the call of Do the last attempt began: attempts before it, pauses, and
	// the rate limit hold it back.
	Waited time.Duration
}

// Succeeded says whether the status is that of a success. 206 is not: a part of a list is no list.
func (r *Response) Succeeded() bool {
	return r.Status >= http.StatusOK && r.Status < http.StatusMultipleChoices && r.Status != http.StatusPartialContent
}

// Do sends the request, and sends it again where that is safe, until there is a response that another attempt would
// not better. Every response of the service is a Response, whatever its status; what prevents one is an *Error.
//
// The end of the context ends pauses, and starts no further attempt. An attempt that was started ends with it unless
// the request is a Write: that runs to its own timeout, since its response may hold what is returned only once.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	r.Route = cmp.Or(r.Route, r.URL.Path)
	t := &trip{Request: r, maxRetries: c.maxRetries, start: time.Now()}
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
	_ = resp.Body.Close() // It is empty: see attempts.RoundTrip.
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
