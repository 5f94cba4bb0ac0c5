// SPDX-License-Identifier: MPL-2.0

// Package hostile has responses that a hostile or broken server or proxy may send, as bytes on the socket. The package also
// has the spellings of a secret that such a response may contain.
package hostile

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
)

// Response is a hostile or broken HTTP response.
type Response struct {
	// Bytes may contain placeholders: {body} is the body of the service's response, {length} is the length of that body,
	// and {credentials} is the result of Credentials for the request.
	Bytes string
	// Accepted reports whether clients must accept the response. Clients must refuse all other responses.
	Accepted bool
}

// Escapes has characters that can clear a terminal, fake a line of output, or reverse the direction of text.
const Escapes = "\x1b[2J\x1b]0;x\x07\u009b31m\u2028Error: forged\u2029\u202e\u2066\u200b\ufeff"

const ok, page = "HTTP/1.1 200 OK\r\n", "Content-Type: text/html\r\n\r\n<html>{credentials}</html>"

// Responses maps a name to each unusual or invalid response. No response has a Retry-After header, so tests do not wait.
var Responses = map[string]Response{
	"interim":                   {Bytes: "HTTP/1.1 103 Early Hints\r\nLink: {credentials}\r\n\r\n" + ok + "Content-Length: {length}\r\n\r\n{body}", Accepted: true},
	"folded header":             {Bytes: ok + "X: a\r\n b\r\nContent-Length: {length}\r\n\r\n{body}", Accepted: true},
	"no length":                 {Bytes: ok + "\r\n{body}", Accepted: true},
	"a second response":         {Bytes: ok + "Connection: close\r\nContent-Length: {length}\r\n\r\n{body}" + ok + "Content-Length: 2\r\n\r\n[]", Accepted: true},
	"invalid date":              {Bytes: ok + "Date: {credentials}\r\nContent-Length: {length}\r\n\r\n{body}", Accepted: true},
	"other encoding":            {Bytes: ok + "Content-Encoding: {credentials}\r\nContent-Length: {length}\r\n\r\n{body}", Accepted: true},
	"nothing":                   {},
	"no status line":            {Bytes: "{body}\r\n\r\n"},
	"credentials":               {Bytes: "{credentials}\r\n\r\n"},
	"TLS alert":                 {Bytes: "\x15\x03\x01\x00\x02\x02\x46"},
	"HTTP/2":                    {Bytes: "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"},
	"other protocol":            {Bytes: "ICY 200 OK\r\n\r\n{body}"},
	"no status":                 {Bytes: "HTTP/1.1 {credentials}\r\n\r\n"},
	"status of four digits":     {Bytes: "HTTP/1.1 2000 OK\r\n\r\n{body}"},
	"status 999":                {Bytes: "HTTP/1.1 999 {credentials}" + Escapes + "\r\nContent-Length: {length}\r\n\r\n{body}"},
	"endless interims":          {Bytes: strings.Repeat("HTTP/1.1 102 {credentials}\r\n\r\n", 100)},
	"switched protocols":        {Bytes: "HTTP/1.1 101 {credentials}\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n{body}"},
	"reason with escapes":       {Bytes: "HTTP/1.1 403 " + Escapes + "{credentials}\r\n" + page},
	"header without colon":      {Bytes: ok + "{credentials}" + Escapes + "\r\n\r\n{body}"},
	"header name with escapes":  {Bytes: ok + Escapes + "{credentials}: x\r\n\r\n{body}"},
	"zero byte in header value": {Bytes: ok + "X: a\x00{credentials}\r\n\r\n{body}"},
	"large header":              {Bytes: ok + "X: {credentials}" + strings.Repeat("x", 2<<20) + "\r\n\r\n{body}"},
	"negative length":           {Bytes: ok + "Content-Length: -1\r\n\r\n{body}"},
	"two lengths":               {Bytes: ok + "Content-Length: {length}\r\nContent-Length: 1\r\n\r\n{body}"},
	"length not a number":       {Bytes: ok + "Content-Length: {credentials}" + Escapes + "\r\n\r\n{body}"},
	"too short":                 {Bytes: ok + "Content-Length: 99999\r\n\r\n{body}"},
	"too long":                  {Bytes: ok + "Content-Length: 1\r\n\r\n{body}"},
	"maximum length":            {Bytes: ok + "Content-Length: 9223372036854775807\r\n\r\n{body}"},
	"unknown transfer":          {Bytes: ok + "Transfer-Encoding: {credentials}\r\n\r\n{body}"},
	"chunk without size":        {Bytes: ok + "Transfer-Encoding: chunked\r\n\r\n{credentials}\r\n{body}"},
	"endless chunk":             {Bytes: ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{body}"},
	"chunks without end":        {Bytes: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"},
	"compression bomb":          {Bytes: ok + "Content-Encoding: gzip\r\n\r\n" + compressed("{},", 8<<20)},
	"compression bomb in error": {Bytes: "HTTP/1.1 403 Forbidden\r\nContent-Encoding: gzip\r\n\r\n" + compressed("{credentials}", 2<<20)},
	"large entry":               {Bytes: ok + "\r\n" + `[{"id":"a","api_key":"a","config":{"a":"` + strings.Repeat("x", 1<<20) + `"}}]`},
	"large error": {Bytes: "HTTP/1.1 422 Unprocessable Entity\r\n\r\n" + `{"statusCode":422,"status":"X","code":422,"message":"","detail":[` +
		strings.Repeat("{},", 1<<19) + `{}]}`},
	"compressed, cut":       {Bytes: ok + "Content-Encoding: gzip\r\n\r\n" + compressed("[]", 1000)[:20]},
	"not compressed":        {Bytes: ok + "Content-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n{body}"},
	"205 with content":      {Bytes: "HTTP/1.1 205 Reset Content\r\n\r\n{credentials}"},
	"partial content":       {Bytes: "HTTP/1.1 206 Partial Content\r\nContent-Length: {length}\r\n\r\n{body}"},
	"not modified":          {Bytes: "HTTP/1.1 304 Not Modified\r\n\r\n"},
	"redirect":              {Bytes: "HTTP/1.1 302 Found\r\nLocation: https://{credentials}@elsewhere.example/{credentials}?{credentials}\r\n\r\n"},
	"redirect with escapes": {Bytes: "HTTP/1.1 302 Found\r\nLocation: https://a%C2%9B" + Escapes + ".example/\r\n\r\n"},
	"invalid redirect":      {Bytes: "HTTP/1.1 302 Found\r\nLocation: ://[{credentials}\r\n\r\n"},
	"proxy":                 {Bytes: "HTTP/1.1 407 {credentials}\r\nProxy-Authenticate: Basic realm={credentials}\r\nContent-Length: {length}\r\n\r\n{body}"},
	"HTML":                  {Bytes: ok + page},
	"HTML of 404":           {Bytes: "HTTP/1.1 404 Not Found\r\n" + page},
	"UTF-16":                {Bytes: ok + "\r\n\xff\xfe[\x00]\x00"},
	"BOM before JSON":       {Bytes: ok + "\r\n\xef\xbb\xbf{body}"},
	"text after JSON":       {Bytes: ok + "\r\n{body}{credentials}"},
	"not UTF-8":             {Bytes: ok + "\r\n{\"\xff{credentials}\":\"\xc0\x80\"}"},
	"deep arrays":           {Bytes: ok + "\r\n" + strings.Repeat("[", 1<<15)},
	"deep objects":          {Bytes: ok + "\r\n" + strings.Repeat(`{"data":`, 1<<14)},
	"large number":          {Bytes: ok + "\r\n1e99999"},
	"zero bytes":            {Bytes: ok + "\r\n" + strings.Repeat("\x00", 1<<16)},
}

func compressed(text string, size int) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, strings.Repeat(text, size/len(text))) // Writes to a buffer do not fail.
	_ = w.Close()
	return b.String()
}

// Send sends the response and closes the connection. The service handles the request only if Bytes contains {body}.
func (resp Response) Send(w http.ResponseWriter, r *http.Request, service http.Handler) {
	credentials := Credentials(r) // After Hijack, the request's body cannot be read.
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer connection.Close() //nolint:errcheck // The client may have disconnected.
	response := resp.Bytes
	if strings.Contains(response, "{body}") {
		served := httptest.NewRecorder()
		service.ServeHTTP(served, r)
		response = strings.NewReplacer("{body}", served.Body.String(), "{length}", strconv.Itoa(served.Body.Len())).Replace(response)
	}
	_, _ = io.WriteString(connection, strings.ReplaceAll(response, "{credentials}", credentials))
}

// Credentials returns the credentials in the Authorization header without the scheme. If the request has no such header,
// Credentials returns the member apiKey of the JSON body.
func Credentials(r *http.Request) string {
	if _, credentials, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		return credentials
	}
	body, _ := io.ReadAll(r.Body) // If the body cannot be read completely, the result is "".
	r.Body = io.NopCloser(bytes.NewReader(body))
	var members struct {
		APIKey string `json:"apiKey"`
	}
	_ = json.Unmarshal(body, &members)
	return members.APIKey
}
