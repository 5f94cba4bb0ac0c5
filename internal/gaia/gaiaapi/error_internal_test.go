// SPDX-License-Identifier: MPL-2.0

package gaiaapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// documented is the validation error that the API-key page shows.
const documented = `{"detail":[{"loc":["query","source"],"msg":"field required","type":"value_error.missing"}]}`

// openResponse returns the result of open for a response to an update.
func openResponse(method string, status int, body string) (json.RawMessage, error) {
	client := New(Config{Endpoint: &url.URL{Scheme: "https", Host: "gaia.example"}, APIKey: "own"}, transport.New(transport.Options{}))
	return client.open(client.request(opUpdate, method), &transport.Response{Status: status, Body: []byte(body)})
}

func TestOpen_errorText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, code, message string
	}{
		"documented": {documented, "value_error.missing", "query.source: field required"},
		"several": {
			`{"detail":[{"loc":["body","config",0],"msg":"a","type":"t"},{"loc":[],"msg":"b","type":"u"},{"msg":"c"},{"loc":["x"]},7]}`,
			"", "body.config.0: a; b; c",
		},
		"text":               {`{"detail":"no such key"}`, "", "no such key"},
		"empty text":         {`{"detail":""}`, "", ""},
		"null":               {`{"detail":null}`, "", ""},
		"object":             {`{"detail":{"reason":"x"}}`, "", ""},
		"no detail":          {`{"message":"x"}`, "", ""},
		"array":              {`["x"]`, "", ""},
		"number":             {`7`, "", ""},
		"loc as a string":    {`{"detail":[{"loc":"body","msg":"a"}]}`, "", ""},
		"control characters": {`{"detail":"a\u0000b\r\n\u001b[31mc\u0085d\u007f"}`, "", "a b   [31mc d"},
	} {
		_, err := openResponse(http.MethodPost, 422, test.body)
		var e *Error
		if !errors.As(err, &e) || e.IsUnexpected() || !e.Write || e.Op != opUpdate || e.Section != "gaia" || e.Status != 422 {
			t.Fatalf("%s: got %#v", name, err)
		}
		if e.Code != test.code || e.Message != test.message {
			t.Errorf("%s: got %q and %q, want %q and %q", name, e.Code, e.Message, test.code, test.message)
		}
		if test.message == "" && !strings.Contains(err.Error(), "Unprocessable Entity") {
			t.Errorf("%s: the error does not show the status: %v", name, err)
		}
	}
}

func TestOpen_documents(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method  string
		status  int
		body    string
		want    string
		failed  bool
		foreign bool
	}{
		"array":            {method: "GET", status: 200, body: `[]`, want: `[]`},
		"object":           {method: "POST", status: 201, body: `{"a":1}`, want: `{"a":1}`},
		"empty":            {method: "GET", status: 200, failed: true, foreign: true},
		"null":             {method: "PUT", status: 200, body: " null\n", failed: true, foreign: true},
		"empty, delete":    {method: "DELETE", status: 200},
		"null, delete":     {method: "DELETE", status: 200, body: "null"},
		"no content":       {method: "DELETE", status: 204},
		"no content, put":  {method: "PUT", status: 204, failed: true, foreign: true},
		"text":             {method: "GET", status: 200, body: `pong`, failed: true, foreign: true},
		"redirect":         {method: "GET", status: 302, failed: true, foreign: true},
		"redirect, JSON":   {method: "GET", status: 307, body: `{}`, failed: true, foreign: true},
		"401 empty":        {method: "GET", status: 401, failed: true},
		"403 empty":        {method: "GET", status: 403, body: "\n", failed: true},
		"404 empty":        {method: "DELETE", status: 404, failed: true},
		"404 JSON":         {method: "DELETE", status: 404, body: `{"detail":"Not Found"}`, failed: true},
		"404 HTML":         {method: "DELETE", status: 404, body: `<html>`, failed: true, foreign: true},
		"400 empty":        {method: "POST", status: 400, failed: true, foreign: true},
		"500 JSON":         {method: "POST", status: 500, body: `{}`, failed: true},
		"500 text":         {method: "POST", status: 500, body: `Internal Server Error`, failed: true, foreign: true},
		"502 HTML":         {method: "POST", status: 502, body: `<html>`, failed: true, foreign: true},
		"status too small": {method: "GET", status: 101, body: `[]`, failed: true, foreign: true},
		"part of a list":   {method: "GET", status: 206, body: `[]`, failed: true, foreign: true},
		"part, delete":     {method: "DELETE", status: 206, failed: true, foreign: true},
	} {
		document, err := openResponse(test.method, test.status, test.body)
		if (err != nil) != test.failed || string(document) != test.want {
			t.Fatalf("%s: got %q, %v", name, document, err)
		}
		if err != nil && errors.Is(err, ErrUnexpectedResponse) != test.foreign {
			t.Errorf("%s: got %v", name, err)
		}
		if test.status == http.StatusPartialContent && !strings.Contains(err.Error(), "206 Partial Content, which contains only part of the response") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
