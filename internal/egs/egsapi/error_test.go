// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func TestClient_unreachableControllerIsNoAnswer(t *testing.T) {
	t.Parallel()
	client := connect(egsapi.Config{Endpoint: nowhere(t), AccessToken: "token"})
	err := client.DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "a", Secret: "b"})
	var unanswered *transport.Error
	if e := asError(t, err); !errors.As(err, &unanswered) || e.Op != "delete API key" || e.Status != 0 {
		t.Fatalf("got %v", err)
	}
	// Nothing was sent, so that trying again does no harm.
	if !unanswered.NotDone || unanswered.Attempts != 3 {
		t.Errorf("got %+v", unanswered)
	}
}
