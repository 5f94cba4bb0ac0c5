// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestClient_timeIsTheControllers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	own := newClock(noon.AddDate(7, 0, 0))
	client := c.connect(egsapi.Config{Now: own.Now})
	clienttest.Time(t, c.Server, own, client.Now, client.LastKnownTime)
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
