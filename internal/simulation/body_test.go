// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"fmt"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func read(contentType, body string) *simulation.Body {
	malformed := func(message string) simulation.Reply { return simulation.Reply{Body: []byte(message)} }
	return simulation.Call{ContentType: contentType, Body: []byte(body)}.ReadBody(malformed)
}

func refusal(b *simulation.Body) string {
	if b.Refused() == nil {
		return ""
	}
	return string(b.Refused().Body)
}

func TestBodyMustBeJSONObjectWithContentType(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, ` `, `{`, `null`, `[]`, `"a"`, `{}{}`} {
		if got := refusal(read("application/json", body)); got != "the body must be a JSON object" {
			t.Errorf("%s is refused with %q", body, got)
		}
	}
	for contentType, want := range map[string]bool{
		"": false, "text/plain": false, "application/x-www-form-urlencoded": false, "application/json; charset": false,
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON": true,
	} {
		if got := refusal(read(contentType, `{}`)); (got == "") != want || (got != "" && got != "Content-Type must be application/json") {
			t.Errorf("%s is refused with %q", contentType, got)
		}
	}
}

func TestBodyMembers(t *testing.T) {
	t.Parallel()
	b := read("application/json", `{"text":"a","texts":["b","c"],"number":7,"Text":"z"}`)
	number := simulation.Member[int64](b, "number", "a number")
	if b.Text("text") != "a" || fmt.Sprint(b.Texts("texts")) != "[b c]" || *number != 7 || b.Refused() != nil {
		t.Errorf("got %+v", b)
	}
	if b.Text("other") != "" || b.Texts("other") != nil || b.Has("other") || !b.Has("text") || b.Refused() != nil {
		t.Error("a missing member has a value, or Has is wrong")
	}
	if got := fmt.Sprint(b.Unknown("text", "texts")); got != "[Text number]" {
		t.Errorf("got the unknown members %s", got)
	}
}

func TestBodyRecordsFirstRefusal(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"text":1,"texts":1}`: "text must be a string", `{"text":null}`: "text must be a string", `{"texts":"a"}`: "texts must be an array of strings",
		`{"texts":["a",null]}`: "texts must be an array of strings", `{"texts":null}`: "texts must be an array of strings", `{}`: "later",
	} {
		b := read("application/json", body)
		_, _ = b.Text("text"), b.Texts("texts")
		b.Malformed("later")
		if got := refusal(b); got != want {
			t.Errorf("%s is refused with %q, want %q", body, got, want)
		}
	}
}
