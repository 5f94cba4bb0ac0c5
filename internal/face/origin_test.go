// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// private is private state.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

func TestOrigin_isKept(t *testing.T) {
	t.Parallel()
	kept := private{}
	want := face.Origin{Endpoint: "https://egs.example.com", CreatedAt: time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)}
	if diags := want.Set(t.Context(), kept); diags.HasError() {
		t.Fatal(diags)
	}
	if got, diags := face.GetOrigin(t.Context(), kept); got != want || diags.HasError() {
		t.Errorf("got %+v, %v", got, diags)
	}
	for name, other := range map[string]private{"nothing": {}, "something else": {"origin": []byte(`[]`)}} {
		if got, diags := face.GetOrigin(t.Context(), other); got != (face.Origin{}) || diags.HasError() {
			t.Errorf("%s: got %+v, %v", name, got, diags)
		}
	}
}

func TestOrigin_SeenAt(t *testing.T) {
	t.Parallel()
	origin := face.Origin{Endpoint: "https://a", CreatedAt: time.Unix(7, 0).UTC()}
	kept := private{}
	if diags := origin.SeenAt(t.Context(), "https://a", kept); diags.HasError() || len(kept) != 0 {
		t.Errorf("the same endpoint is written again: %v, %v", kept, diags)
	}
	if diags := origin.SeenAt(t.Context(), "https://b", kept); diags.HasError() {
		t.Error(diags)
	}
	if got, _ := face.GetOrigin(t.Context(), kept); got.Endpoint != "https://b" || !got.CreatedAt.Equal(origin.CreatedAt) {
		t.Errorf("got %+v", got)
	}
}

func TestOrigin_Elsewhere(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]bool{"": false, "https://b": false, "https://a": true} {
		diags := face.Origin{Endpoint: endpoint}.Elsewhere("Unable to read thing", `thing "x"`, "https://b", "endpoint")
		if diags.HasError() != want {
			t.Errorf("%q: got %v", endpoint, diags)
		}
		if want && (!strings.Contains(diags[0].Detail(), "https://a") || !strings.Contains(diags[0].Detail(), "https://b")) {
			t.Errorf("%q: got %s", endpoint, diags[0].Detail())
		}
	}
}

func TestOrigin_Confirm(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint string
		found    error
		want     string // in the only error; "" for none
		looks    int
	}{
		"same endpoint":    {"https://b", errors.New("not asked"), "", 0},
		"unknown endpoint": {"", errors.New("not asked"), "", 0},
		"found":            {"https://a", nil, "", 1},
		"not found":        {"https://a", &apiclient.Error{Err: apiclient.ErrNotFound}, "last seen at https://a", 1},
		"not known":        {"https://a", errors.New("no response"), "no response", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			looks := 0
			diags := face.Origin{Endpoint: test.endpoint}.Confirm("Unable to delete thing", `thing "x"`, "https://b", "endpoint", func() error {
				looks++
				return test.found
			})
			if looks != test.looks || diags.HasError() != (test.want != "") {
				t.Errorf("%d looks, got %v", looks, diags)
			}
			if test.want != "" && !strings.Contains(diags[0].Detail(), test.want) {
				t.Errorf("got %s", diags[0].Detail())
			}
		})
	}
}
