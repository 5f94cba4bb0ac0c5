// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

const (
	authPath = "/api/v1/auth"
	keyPath  = "/api/v1/api-key"
	listPath = "/api/v1/api-key/list"
)

// network is that of all tests.
var network simulation.Network

// noon is where the tests' clocks stand still.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

var dialects = []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST, egssim.DialectLenient}

// service is a simulator behind a real server, and what a test asks it.
type service struct {
	*egssim.Simulator
	t      *testing.T
	url    string
	client *http.Client
}

// answer is what came back; err is set when the connection broke.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func serve(t *testing.T, options egssim.Options) *service {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	simulator := egssim.New(options)
	return serveHandler(t, simulator, simulator)
}

// serveHandler serves a handler that leads to the simulator.
func serveHandler(t *testing.T, handler http.Handler, simulator *egssim.Simulator) *service {
	t.Helper()
	base, stop := network.Serve(handler)
	t.Cleanup(stop)
	client := &http.Client{
		// On a connection that was used before, net/http repeats a GET that was
		// dropped; a test wants to see the drop.
		Transport:     &http.Transport{DisableKeepAlives: true, DialContext: network.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &service{Simulator: simulator, t: t, url: base.String(), client: client}
}

// ask sends a request as curl would; a body is declared as JSON.
func (s *service) ask(method, path, token, body string) answer {
	s.t.Helper()
	header := http.Header{}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	return s.send(s.t.Context(), method, path, header, body)
}

func (s *service) send(ctx context.Context, method, path string, header http.Header, body string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		return answer{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(content), err: err}
}

// token exchanges a key.
func (s *service) token(secret string) string {
	s.t.Helper()
	var data struct {
		Token string `json:"token"`
	}
	s.data(s.ask("POST", authPath, "", object("apiKey", secret)), &data)
	return data.Token
}

func (s *service) owner() string { return s.token(s.OwnerKey()) }

// as is the token of a new key of this role and workspace.
func (s *service) as(role, workspace string) string {
	s.t.Helper()
	return s.token(s.AddKey(egssim.Key{Name: "caller", Role: role, WorkspaceName: workspace, Validity: "2027-01-01"}))
}

// create makes a key that the answer must have the secret of.
func (s *service) create(token string, members ...string) (secret string) {
	s.t.Helper()
	var data struct {
		APIKey string `json:"apiKey"`
	}
	s.data(s.ask("POST", keyPath, token, object(members...)), &data)
	return data.APIKey
}

// list is the list's entries as they are on the wire.
func (s *service) list(token, query string) []map[string]any {
	s.t.Helper()
	var data struct {
		Data []map[string]any `json:"data"`
	}
	s.data(s.ask("GET", listPath+query, token, ""), &data)
	return data.Data
}

// names are the names of the listed keys, in their order.
func (s *service) names(token, query string) string {
	s.t.Helper()
	var names []string
	for _, entry := range s.list(token, query) {
		name, _ := entry["name"].(string)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// data reads the `data` of a success envelope.
func (s *service) data(a answer, into any) {
	s.t.Helper()
	var envelope struct {
		StatusCode int             `json:"statusCode"`
		Status     string          `json:"status"`
		Message    string          `json:"message"`
		Data       json.RawMessage `json:"data"`
	}
	if a.err != nil || a.status != http.StatusOK {
		s.t.Fatalf("got status %d, error %v: %s", a.status, a.err, a.body)
	}
	decode(s.t, a.body, &envelope)
	if envelope.StatusCode != http.StatusOK || envelope.Status != "OK" || envelope.Message != "Success" {
		s.t.Fatalf("this is no success envelope: %s", a.body)
	}
	decode(s.t, string(envelope.Data), into)
}

// failed is a failure as a client reads it.
type failed struct {
	status       int
	code, text   string
	nested       bool
	detailFields []string
}

// failure reads a failure envelope and digs out its useful text.
func (s *service) failure(a answer) failed {
	s.t.Helper()
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
	if a.err != nil {
		s.t.Fatal(a.err)
	}
	decode(s.t, a.body, &envelope)
	if envelope.StatusCode != a.status || envelope.Error.ErrorKey != envelope.Status || envelope.Error.Message != envelope.Message {
		s.t.Fatalf("the envelope of status %d disagrees with itself: %s", a.status, a.body)
	}
	f := failed{status: a.status, code: envelope.Status, text: envelope.Message}
	if envelope.Error.Data == nil {
		return f
	}
	if envelope.Message != "UNKNOWN" {
		s.t.Fatalf("the text is both buried and not: %s", a.body)
	}
	var nested struct {
		Error struct {
			Message       string
			Status        int
			DetailedError struct {
				Errormessage, Reason string
				Details              any
			}
			StatusCode int
		} `json:"error"`
	}
	decode(s.t, *envelope.Error.Data, &nested)
	if nested.Error.Status != a.status || nested.Error.StatusCode != a.status {
		s.t.Fatalf("the nested error disagrees with status %d: %s", a.status, a.body)
	}
	f.nested, f.text = true, nested.Error.Message+": "+nested.Error.DetailedError.Errormessage
	if details, ok := nested.Error.DetailedError.Details.([]any); ok {
		for _, d := range details {
			d, _ := d.(map[string]any)
			field, _ := d["field"].(string)
			f.detailFields = append(f.detailFields, field)
		}
	}
	return f
}

// object is a JSON object of strings: name, value, name, value.
func object(members ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(members); i += 2 {
		values[members[i]] = members[i+1]
	}
	body, _ := json.Marshal(values)
	return string(body)
}

// dateName is the dialect's name of the create body's date.
func dateName(d egssim.Dialect) string {
	if d == egssim.DialectREST {
		return "validUntil"
	}
	return "validity"
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
}
