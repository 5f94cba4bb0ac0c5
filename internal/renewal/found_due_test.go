// SPDX-License-Identifier: MPL-2.0

package renewal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/renewal"
)

type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if p[key] = value; value == nil {
		delete(p, key)
	}
	return nil
}

func TestSetFoundDueAt(t *testing.T) {
	t.Parallel()
	now, skew := time.Date(2031, 1, 2, 3, 4, 5, 6, time.UTC), errors.New("the clocks differ")
	kept := private{}
	for _, step := range []struct {
		name  string
		ready bool
		now   time.Time
		skew  error
		want  string
	}{
		{"not due", false, now, nil, ""},
		{"due", true, now, nil, "1925089445"},
		{"due, and later", true, now.Add(time.Hour), nil, "1925093045"},
		{"due, by an untrusted clock", true, now, skew, "1925093045"},
		{"not due, by an untrusted clock", false, now, skew, "1925093045"},
		{"renewed", false, now, nil, ""},
	} {
		diags := renewal.SetFoundDueAt(t.Context(), types.BoolValue(step.ready), step.now, step.skew, kept)
		if got := string(kept["j"]); diags.HasError() || got != step.want || len(kept) > 0 != (step.want != "") {
			t.Errorf("%s: stored %q, want %q (%v)", step.name, got, step.want, diags)
		}
	}
}

func TestFoundDueAt(t *testing.T) {
	t.Parallel()
	for kept, want := range map[string]time.Time{
		"1925089445":             time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC),
		"":                       {},
		`"2031-01-02T03:04:05Z"`: {}, // of another version
	} {
		stored := private{}
		if kept != "" {
			stored["j"] = []byte(kept)
		}
		if got := renewal.FoundDueAt(t.Context(), stored); got != want {
			t.Errorf("%s: got %s, want %s", kept, got, want)
		}
	}
}
