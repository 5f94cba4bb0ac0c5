// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
)

func TestMask(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"45338461-ec42-49d2-aef3-ff39099950c5":1}`: `{"(name)":"(number)"}`,
		``:                  ``,
		`{"apiKey":"hush"}`: `{"apiKey":"(text)"}`,
		`{"statusCode":200,"data":{"data":[{"id":"hush","n":1,"ok":true,"none":null}]}}`: `{"data":{"data":[{"id":"(text)","n":"(number)","none":null,"ok":true}]},"statusCode":"(number)"}`,
		`{"error":{"data":"{\"apiKey\":\"hush\"}"}}`:                                     `{"error":{"data":"(text)"}}`,
		`"hush"`:                               `"(text)"`,
		`<html>hush</html>`:                    `(not JSON)`,
		`{"apiKey":"hush"`:                     `(not JSON)`,
		`"` + strings.Repeat("h", 20000) + `"`: `(too large to show)`,
	} {
		if got := mask([]byte(body)); got != want {
			t.Errorf("%.40s: got %s, want %s", body, got, want)
		}
	}
}

// Text logs call masked.String, and JSON logs call masked.MarshalText.
func TestMasked_logFormats(t *testing.T) {
	t.Parallel()
	for _, json := range []bool{false, true} {
		var output strings.Builder
		log := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &output, JSONFormat: json})
		log.Debug("Response received", "response_body", masked{body: []byte(`{"apiKey":"hush"}`)})
		if got := output.String(); !strings.Contains(got, "(text)") || strings.Contains(got, "104") {
			t.Errorf("got %s", got)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add(`{"apiKey":"45338461-ec42-49d2-aef3-ff39099950c5"}`)
	f.Fuzz(func(t *testing.T, secret string) {
		_ = mask([]byte(secret))
		body, err := json.Marshal(map[string]string{"a": secret})
		if err != nil || len(body) > maxMasked {
			return
		}
		if got := mask(body); got != `{"a":"(text)"}` {
			t.Errorf("got %s", got)
		}
	})
}

// BenchmarkMask masks a list of almost maxMasked bytes.
func BenchmarkMask(b *testing.B) {
	const entry = `{"id":"030b514f342dcf5ac94f3f39726c247e","apiKey":"45338461-ec42-49d2-aef3-ff39099950c5","description":"","name":"key",` +
		`"role":"Editor","saName":"kubeslice-rbac-rw-slice-red","workspaceName":"red","tokenTtlSeconds":"900","userName":"Admin","validity":"2027-03-31"}`
	entries := (maxMasked - 100) / (len(entry) + 1)
	body := []byte(`{"statusCode":200,"data":{"data":[` + strings.TrimSuffix(strings.Repeat(entry+",", entries), ",") + `]}}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if masked := mask(body); len(masked) < 1000 {
			b.Fatal(masked)
		}
	}
}
