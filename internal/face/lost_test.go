// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

func TestUncertain(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	uncertain := &apiclient.Error{Op: "create API key", Message: "the response was lost.", SentAt: sent, Err: apiclient.ErrUncertain}
	candidates := *uncertain
	candidates.Candidates = []string{"1", "2"}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"no candidates": {uncertain, "API key \"ci\", requested at 2026-11-21T12:00:00Z: create API key: the response was lost.\n\nA slow service may still create the object, so check again after a few minutes. Look for it."},
		"candidates": {&candidates, "API key \"ci\", requested at 2026-11-21T12:00:00Z: create API key: the response was lost.\n\n" +
			"The requested object may be one of the objects with these ids:\n\n- 1\n- 2\n\nA slow service may still create the object, so check again after a few minutes. Look for it."},
		"joined with its cause": {
			&apiclient.Error{
				Op: "create API key", Message: "lost", SentAt: sent,
				Err: errors.Join(apiclient.ErrUncertain, errors.New("dropped")),
			},
			"API key \"ci\", requested at 2026-11-21T12:00:00Z: create API key: lost.\n\nA slow service may still create the object, so check again after a few minutes. Look for it.",
		},
		"refused with 500": {
			&apiclient.Error{
				Op: "create API key", Message: "HTTP 500: bad. This does not prove that nothing was created.", SentAt: sent,
				Err: errors.Join(apiclient.ErrUncertain, &apiclient.Error{Status: 500}),
			},
			"API key \"ci\", requested at 2026-11-21T12:00:00Z: create API key: HTTP 500: bad. This does not prove that nothing was created.\n\n" +
				"Resolve the cause if you can. Look for it.",
		},
		"certain":            {&apiclient.Error{Op: "create API key", Status: 400}, ""},
		"no apiclient.Error": {apiclient.ErrUncertain, ""},
		"not sent":           {errors.New("no user"), ""},
	} {
		summary := "An EGS API key may have been created"
		if name == "refused with 500" {
			summary = "Unable to create EGS API key"
		}
		got, ok := face.Noun{Name: "EGS API key"}.Uncertain("An", `API key "ci"`, "Look for it.", test.err)
		switch {
		case ok != (test.want != ""):
			t.Errorf("%s: got %v, %t", name, got, ok)
		case ok && (got.Summary() != summary || got.Detail() != test.want):
			t.Errorf("%s: got %q\n%s", name, got.Summary(), got.Detail())
		}
	}
}

func TestAdopted(t *testing.T) {
	t.Parallel()
	for unique, next := range map[bool]string{false: "If two objects exist and the object in the state", true: "If it is not yours, remove it"} {
		got := face.Adopted(`API key "ci"`, "id-1", unique)
		if got.Severity() != diag.SeverityWarning || !strings.Contains(got.Summary(), `API key "ci" was lost or reported a failure (id id-1)`) ||
			!strings.Contains(got.Detail(), "id-1") || !strings.Contains(got.Detail(), next) {
			t.Errorf("got %v %q\n%s", got.Severity(), got.Summary(), got.Detail())
		}
	}
}
