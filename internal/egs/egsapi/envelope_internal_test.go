// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// recorded are error bodies that the vendor recorded.
var recorded = map[string]string{
	"expired": `{"statusCode":401,"status":"UNAUTHENTICATED","message":"Api Key has expired",` +
		`"error":{"errorKey":"UNAUTHENTICATED","message":"Api Key has expired","data":null}}`,
	"nested": `{"statusCode":409,"status":"UNKNOWN","message":"UNKNOWN","error":{"errorKey":"UNKNOWN","message":"UNKNOWN","data":` +
		`"{\"error\":{\"Message\":\"Error registering Slice\",\"Status\":409,\"DetailedError\":{\"Errormessage\":` +
		`\"sliceconfigs.controller.kubeslice.io \\\"evening\\\" already exists\",\"Reason\":\"AlreadyExists\",\"Details\":\"\"},` +
		`\"StatusCode\":409}}"}}`,
}

// withNestedError returns an error as EGS sends it, with JSON in the string error.data.
func withNestedError(nested string) string {
	data, err := json.Marshal(nested)
	if err != nil {
		panic(err)
	}
	return unburied(string(data))
}

// unburied returns an error with this JSON as error.data itself, not as a string.
func unburied(data string) string {
	return `{"statusCode":422,"status":"INVALID","message":"UNKNOWN","error":{"errorKey":"INVALID","message":"UNKNOWN","data":` + data + `}}`
}

func openAs(r apiclient.Call, response *transport.Response) (json.RawMessage, error) {
	c := New(Config{Endpoint: &url.URL{Scheme: "https", Host: "egs.example.com"}}, transport.New(transport.Options{}))
	return c.open(r, response)
}

func TestOpen_usefulText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, code, message string
	}{
		"recorded, plain": {recorded["expired"], "UNAUTHENTICATED", "Api Key has expired"},
		"recorded, nested": {
			recorded["nested"], "AlreadyExists",
			`Error registering Slice: sliceconfigs.controller.kubeslice.io "evening" already exists`,
		},
		"details as a string": {
			withNestedError(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad","Reason":"Invalid","Details":"look here"}}}`),
			"Invalid", "Error: bad: look here",
		},
		"details as an array": {
			withNestedError(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad","Reason":"Invalid","Details":[
				{"reason":"FieldValueInvalid","message":"too long","field":"name"},
				{"reason":"FieldValueRequired","message":"","field":"role"},
				{"reason":"Odd","message":"no field","field":""}]}}}`),
			"Invalid", "Error: bad: name: too long: role: FieldValueRequired: no field",
		},
		"details as something else": {
			withNestedError(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad","Details":{"a":1}}}}`), "INVALID", "Error: bad",
		},
		"data as an object": {
			unburied(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad","Reason":"Invalid"}}}`), "Invalid", "Error: bad",
		},
		"data as text":     {unburied(`"failed"`), "INVALID", ""},
		"data as a number": {unburied(`7`), "INVALID", ""},
		"one member of another type": {
			withNestedError(`{"error":{"Message":{"text":"x"},"DetailedError":{"Errormessage":"bad"}}}`), "INVALID", "bad",
		},
		"repeated text": {
			withNestedError(`{"error":{"Message":"bad","DetailedError":{"Errormessage":" bad\n"}}}`), "INVALID", "bad",
		},
		"message and detail": {
			`{"statusCode":400,"status":"E","message":"outer","error":{"errorKey":"K","message":"inner","data":null}}`, "K", "outer: inner",
		},
		"recorded, from the gateway": {
			`{"statusCode":500,"status":"UNKNOWN","message":"UNKNOWN","data":null,"error":{"errorKey":"UNKNOWN","message":"UNKNOWN","data":` +
				`"{\"error\":{\"Message\":\"Error\",\"DetailedError\":{\"Errormessage\":\"bad\",\"Reason\":\"\",\"Details\":\"\"}}}"}}`,
			"", "Error: bad",
		},
		"of 1.15": {
			`{"statusCode":409,"status":"Error","message":"bad","error":{"errorKey":"","message":"bad","data":null}}`, "", "bad",
		},
		"no error member": {`{"statusCode":500,"status":"E","message":"outer"}`, "E", "outer"},
		"error null":      {`{"statusCode":500,"status":"E","message":"UNKNOWN","error":null}`, "E", ""},
		"control characters": {
			`{"statusCode":400,"status":"E\u001b[2J","message":"a\u0000b\r\n\u001b[31mc\u0085d\u007f"}`, "E [2J", "a b   [31mc d",
		},
	} {
		_, err := openAs(apiclient.Call{Op: "x"}, &transport.Response{Status: 400, Body: []byte(test.body)})
		var e *Error
		if !errors.As(err, &e) || e.IsUnexpected() {
			t.Fatalf("%s: got %v", name, err)
		}
		if e.Code != test.code || e.Message != test.message {
			t.Errorf("%s: got %q and %q, want %q and %q", name, e.Code, e.Message, test.code, test.message)
		}
		if strings.Contains(err.Error(), "UNKNOWN") {
			t.Errorf("%s: the error contains UNKNOWN: %v", name, err)
		}
	}
}

// A 500 with a reason in error.data is a refusal.
func TestOpen_refusal(t *testing.T) {
	t.Parallel()
	reason := strings.ReplaceAll(withNestedError(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad"}}}`), "422", "500")
	for name, test := range map[string]struct {
		status  int
		body    string
		refusal bool
	}{
		"reason":           {500, reason, true},
		"other statusCode": {502, reason, false},
		"reason of a 422":  {422, strings.ReplaceAll(reason, "500", "422"), false},
		"no text":          {500, strings.ReplaceAll(reason, "bad", ""), false},
		"error.data null":  {500, `{"statusCode":500,"status":"INTERNAL","message":"Internal Server Error","error":{"data":null}}`, false},
		"no error member":  {500, `{"statusCode":500,"status":"INTERNAL","message":"etcd is down"}`, false},
		"changed by proxy": {500, reason + "<!-- -->", false},
	} {
		_, err := openAs(apiclient.Call{Op: "x"}, &transport.Response{Status: test.status, Body: []byte(test.body)})
		var e *Error
		if !errors.As(err, &e) || e.Refused() != test.refusal {
			t.Errorf("%s: got %#v", name, err)
		}
	}
}

func TestOpen_data(t *testing.T) {
	t.Parallel()
	const success = `{"statusCode":200,"status":"OK","message":"Success","data":{"a":1}}`
	for name, test := range map[string]struct {
		method string
		status int
		body   string
		want   string
		failed bool
	}{
		"envelope":                   {method: "GET", status: 200, body: success, want: `{"a":1}`},
		"created":                    {method: "POST", status: 201, body: success, want: `{"a":1}`},
		"a part":                     {method: "GET", status: 206, body: success, failed: true},
		"data null":                  {method: "GET", status: 200, body: `{"statusCode":200,"status":"OK","data":null}`, want: "null"},
		"no data":                    {method: "GET", status: 200, body: `{"statusCode":200,"status":"OK"}`, want: "null"},
		"error null":                 {method: "GET", status: 200, body: `{"statusCode":200,"status":"OK","error":null}`, want: "null"},
		"error in a success":         {method: "GET", status: 200, body: `{"statusCode":200,"status":"OK","error":{}}`, failed: true},
		"statusCode of a failure":    {method: "GET", status: 200, body: `{"statusCode":500,"status":"X"}`, failed: true},
		"status of a failure":        {method: "GET", status: 500, body: success, failed: true},
		"redirect with an envelope":  {method: "GET", status: 302, body: success, failed: true},
		"no statusCode":              {method: "GET", status: 200, body: `{"status":"OK","data":{}}`, failed: true},
		"no status":                  {method: "GET", status: 200, body: `{"statusCode":200,"data":{}}`, failed: true},
		"empty":                      {method: "GET", status: 200, failed: true},
		"empty, delete":              {method: http.MethodDelete, status: 200},
		"blank, delete":              {method: http.MethodDelete, status: 200, body: " \r\n"},
		"null, delete":               {method: http.MethodDelete, status: 200, body: "null\n"},
		"no content, delete":         {method: http.MethodDelete, status: 204, failed: true},
		"empty 404, delete":          {method: http.MethodDelete, status: 404, failed: true},
		"empty redirect, delete":     {method: http.MethodDelete, status: 302, failed: true},
		"HTML, delete":               {method: http.MethodDelete, status: 200, body: "<html>", failed: true},
		"envelope of 404, delete":    {method: http.MethodDelete, status: 200, body: `{"statusCode":404,"status":"X"}`, failed: true},
		"two envelopes in one body":  {method: "GET", status: 200, body: success + success, failed: true},
		"envelope, and more follows": {method: "GET", status: 200, body: success + "<!-- -->", failed: true},
	} {
		data, err := openAs(apiclient.Call{Method: test.method}, &transport.Response{Status: test.status, Body: []byte(test.body)})
		if (err != nil) != test.failed || string(data) != test.want {
			t.Errorf("%s: got %q, %v", name, data, err)
		}
	}
}

func FuzzNestedError(f *testing.F) {
	f.Add(`{"error":{"Message":"Error","DetailedError":{"Errormessage":"bad","Reason":"Invalid","Details":"hush-hush"}}}`)
	f.Fuzz(func(t *testing.T, nested string) {
		// The result must be the same whether error.data contains the JSON directly or as a string.
		asText, err := json.Marshal(nested)
		if err != nil {
			t.Fatal(err)
		}
		code, message := tell(asText)
		if json.Valid([]byte(nested)) && utf8.ValidString(nested) && !strings.HasPrefix(strings.TrimSpace(nested), `"`) {
			if c, m := tell([]byte(nested)); c != code || m != message {
				t.Errorf("as text %q and %q, as JSON %q and %q", code, message, c, m)
			}
		}
	})
}

func tell(data []byte) (code, message string) {
	return useful(envelope{Status: "X", Error: &envelopeError{Data: data}})
}
