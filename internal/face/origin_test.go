// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// private is the private state of a request or a response.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

// originOf returns the origin in the given private state. The endpoint of the client is https://b.
func originOf(t *testing.T, kept private) face.Origin {
	t.Helper()
	var diags diag.Diagnostics
	origin := face.Noun{Name: "thing", Setting: "endpoint"}.OriginOf(t.Context(), kept, "https://b", &diags)
	if diags.HasError() {
		t.Error(diags)
	}
	return origin
}

// at returns the private state of an object that was last seen at the given endpoint.
func at(endpoint string) private {
	return private{"o": fmt.Appendf(nil, `{"e":%q,"c":1925089445}`, endpoint)}
}

func TestOrigin_Seen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kept, want private
	}{
		"the same endpoint": {at("https://b"), private{}},
		"another endpoint":  {at("https://a"), at("https://b")},
		"no origin":         {private{}, private{"o": []byte(`{"e":"https://b"}`)}},
		"another version":   {private{"o": []byte(`[]`)}, private{"o": []byte(`{"e":"https://b"}`)}},
		"all fields":        {private{"o": []byte(`{"e":"https://a","n":"x","l":true}`)}, private{"o": []byte(`{"e":"https://b","n":"x","l":true}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written := private{}
			if diags := originOf(t, test.kept).Seen(t.Context(), written); diags.HasError() || !maps.EqualFunc(written, test.want, bytes.Equal) {
				t.Errorf("wrote %s, %v", written, diags)
			}
		})
	}
}

// CreatedAt must be in UTC, because overlaps count days in UTC. Its precision is one second.
func TestOrigin_CreatedAt(t *testing.T) {
	t.Parallel()
	if got, want := originOf(t, at("https://a")).CreatedAt, time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := originOf(t, private{"o": []byte(`{"e":"https://a"}`)}).CreatedAt; !got.IsZero() {
		t.Errorf("got %s, want the zero time", got)
	}
}

func TestOrigin_NotFound(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]bool{"": false, "https://b": false, "https://a": true} {
		diags := originOf(t, at(endpoint)).NotFound("Unable to read thing", `thing "x"`)
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
		want     string // expected in the only error; empty if no error is expected
		lookups  int
	}{
		"same endpoint":    {"https://b", errors.New("unexpected lookup"), "", 0},
		"unknown endpoint": {"", errors.New("unexpected lookup"), "", 0},
		"found":            {"https://a", nil, "", 1},
		"not found":        {"https://a", &apiclient.Error{Err: apiclient.ErrNotFound}, "last seen at https://a", 1},
		"failed lookup":    {"https://a", errors.New("no response"), "no response", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lookups := 0
			diags := originOf(t, at(test.endpoint)).Confirm("Unable to delete thing", `thing "x"`, func() error {
				lookups++
				return test.found
			})
			if lookups != test.lookups || diags.HasError() != (test.want != "") {
				t.Errorf("%d lookups, got %v", lookups, diags)
			}
			if test.want != "" && !strings.Contains(diags[0].Detail(), test.want) {
				t.Errorf("got %s", diags[0].Detail())
			}
		})
	}
}
