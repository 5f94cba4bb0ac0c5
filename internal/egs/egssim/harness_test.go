// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	authPath = "/api/v1/auth"
	keyPath  = "/api/v1/api-key"
	listPath = "/api/v1/api-key/list"

	// success is the start of a success envelope, up to its data.
	success = `{"statusCode":200,"status":"OK","message":"Success","data":`
	// nestedRefusal is a recorded refusal of the gateway, without the content of error.data.
	nestedRefusal = `"status":"UNKNOWN","message":"UNKNOWN","data":null,"error":{"errorKey":"UNKNOWN","message":"UNKNOWN","data":"{`
)

var dialects = []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient}

// service is a simulator on a real server, with a client for it.
type service struct {
	*egssim.Simulator
	*simulationtest.Client
}

func serve(t *testing.T, options egssim.Options) *service {
	t.Helper()
	options.Now = simulationtest.Clock(options.Now)
	simulator := egssim.New(options)
	return &service{simulator, simulationtest.Serve(t, simulator, "")}
}

func (s *service) request(method, path, token, body string) simulationtest.Response {
	s.T.Helper()
	if token != "" {
		token = "Bearer " + token
	}
	return s.RequestAs(token, method, path, body)
}

func (s *service) token(secret string) string {
	s.T.Helper()
	var data struct {
		Token string `json:"token"`
	}
	s.data(s.request("POST", authPath, "", object("apiKey", secret)), &data)
	return data.Token
}

func (s *service) owner() string { return s.token(s.OwnerKey()) }

// as returns an access token of a new key with this role and workspace.
func (s *service) as(role, workspace string) string {
	s.T.Helper()
	return s.token(s.AddKey(egssim.Key{Name: "caller", Role: role, WorkspaceName: workspace, Validity: "2027-01-01"}))
}

func (s *service) create(token string, members ...string) (secret string) {
	s.T.Helper()
	var data struct {
		APIKey string `json:"apiKey"`
	}
	s.data(s.request("POST", keyPath, token, object(members...)), &data)
	return data.APIKey
}

// list returns the entries of a list in wire format.
func (s *service) list(token, query string) []map[string]any {
	s.T.Helper()
	var data struct {
		Data []map[string]any `json:"data"`
	}
	s.data(s.request("GET", listPath+query, token, ""), &data)
	return data.Data
}

// names returns the names of the listed keys, in the order of the list.
func (s *service) names(token, query string) (names string) {
	s.T.Helper()
	for _, entry := range s.list(token, query) {
		names += fmt.Sprint(" ", entry["name"])
	}
	return strings.TrimSpace(names)
}

// data decodes the `data` of a success envelope.
func (s *service) data(a simulationtest.Response, into any) {
	s.T.Helper()
	var envelope struct {
		StatusCode int             `json:"statusCode"`
		Status     string          `json:"status"`
		Message    string          `json:"message"`
		Data       json.RawMessage `json:"data"`
	}
	a.Decode(200, &envelope)
	if envelope.StatusCode != a.Status || envelope.Status != "OK" || envelope.Message != "Success" {
		s.T.Fatalf("this is no success envelope: %s", a.Body)
	}
	simulationtest.Decode(s.T, string(envelope.Data), into)
}

// failed is the content of a failure envelope.
type failed struct {
	Status              int
	code, text, details string
	nested              bool
}

// failure decodes a failure envelope and its nested text.
func (s *service) failure(a simulationtest.Response) failed {
	s.T.Helper()
	var envelope struct {
		StatusCode int    `json:"statusCode"`
		Status     string `json:"status"`
		Message    string `json:"message"`
		Error      struct {
			ErrorKey string  `json:"errorKey"`
			Message  string  `json:"message"`
			Data     *string `json:"data"`
		} `json:"error"`
	}
	a.Decode(a.Status, &envelope)
	isFlat := envelope.Status == "Error" && envelope.Error.ErrorKey == ""
	if envelope.StatusCode != a.Status || (envelope.Error.ErrorKey != envelope.Status && !isFlat) || envelope.Error.Message != envelope.Message {
		s.T.Fatalf("the envelope of status %d disagrees with itself: %s", a.Status, a.Body)
	}
	f := failed{Status: a.Status, code: envelope.Status, text: envelope.Message}
	if envelope.Error.Data == nil {
		return f
	}
	if envelope.Message != "UNKNOWN" || envelope.Status != "UNKNOWN" || !strings.Contains(a.Body, `"data":null`) {
		s.T.Fatalf("the text is both nested and not: %s", a.Body)
	}
	var nested struct {
		Error struct {
			Message            string
			Status, StatusCode int
			DetailedError      struct {
				Errormessage string
				Details      json.RawMessage
			}
		} `json:"error"`
	}
	simulationtest.Decode(s.T, *envelope.Error.Data, &nested)
	if nested.Error.Status != a.Status || nested.Error.StatusCode != a.Status {
		s.T.Fatalf("the nested error disagrees with status %d: %s", a.Status, a.Body)
	}
	useful := nested.Error.DetailedError
	f.nested, f.text, f.details = true, nested.Error.Message+": "+useful.Errormessage, string(useful.Details)
	return f
}

// object returns a JSON object of strings. The arguments are names and values in turn.
func object(members ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(members); i += 2 {
		values[members[i]] = members[i+1]
	}
	body, _ := json.Marshal(values)
	return string(body)
}

// dateName returns the name that the dialect uses for the date in the body of a create.
func dateName(d egssim.Dialect) string {
	if d == egssim.DialectREST {
		return "validUntil"
	}
	return "validity"
}
