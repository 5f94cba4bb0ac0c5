// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestClient_timeIsTheControllers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(7, 0, 0))
	client := c.connect(egsapi.Config{Now: own.Now})
	if got := client.LastKnownTime(); !got.Equal(own.Now()) {
		t.Errorf("before any answer it is %s, want this machine's %s", got, own.Now())
	}
	c.wants(0, 0)
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the controller's %s", got, noon)
	}
	c.wants(1, 0)
	own.Advance(time.Hour)
	if got, want := client.LastKnownTime(), noon.Add(time.Hour); !got.Equal(want) {
		t.Errorf("an hour later it is %s, want %s", got, want)
	}
	_ = client.Now(t.Context())
	c.wants(1, 0)
}

func TestClient_timeWithAnAccessToken(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(-7, 0, 0))
	client := c.connect(egsapi.Config{Now: own.Now, AccessToken: c.Token(c.OwnerKey())})
	if got := client.Now(t.Context()); !got.Equal(noon) {
		t.Errorf("it is %s, want the controller's %s", got, noon)
	}
	if client.OwnKeyID() != "" {
		t.Error("an access token has no key")
	}
}
