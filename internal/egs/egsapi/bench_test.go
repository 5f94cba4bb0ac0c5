// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

func benchController(b *testing.B, keys int) (*egssim.Simulator, func() *egsapi.Client) {
	b.Helper()
	simulator := egssim.New(egssim.Options{Keys: keys})
	endpoint := clienttest.ServeTCP(b, simulator)
	return simulator, func() *egsapi.Client {
		return egsapi.New(
			egsapi.Config{Endpoint: endpoint, APIKey: simulator.OwnerKey(), Now: time.Now},
			transport.New(transport.Options{RequestTimeout: time.Minute}))
	}
}

// BenchmarkAPIKey measures lookups in a cached list of 10,000 keys.
func BenchmarkAPIKey(b *testing.B) {
	simulator, newClient := benchController(b, 10_000)
	keys, client := simulator.Keys(), newClient()
	if _, err := client.APIKeys(b.Context(), ""); err != nil {
		b.Fatal(err)
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		key := keys[i%len(keys)]
		i++
		if _, err := client.APIKey(b.Context(), egsapi.KeyRef{ID: key.ID, WorkspaceName: key.WorkspaceName}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWalk_read measures a refresh of 1,000 keys: log in, list once, and look up each key.
func BenchmarkWalk_read(b *testing.B) {
	simulator, newClient := benchController(b, 1_000)
	keys := simulator.Keys()
	b.ReportAllocs()
	for b.Loop() {
		client := newClient()
		for _, key := range keys {
			if _, err := client.APIKey(b.Context(), egsapi.KeyRef{ID: key.ID, WorkspaceName: key.WorkspaceName}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkWalk_write measures the creation and deletion of 100 keys.
func BenchmarkWalk_write(b *testing.B) {
	_, newClient := benchController(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		client := newClient()
		for i := range 100 {
			created, err := client.CreateAPIKey(b.Context(), egsapi.NewAPIKey{
				Name: fmt.Sprintf("key-%d", i), Role: "Editor", UserName: "admin", WorkspaceName: "red", ValidUntil: "2999-12-31",
			})
			if err != nil {
				b.Fatal(err)
			}
			ref := egsapi.KeyRef{ID: created.ID, Secret: created.Secret, WorkspaceName: "red", Role: "Editor"}
			if err := client.DeleteAPIKey(b.Context(), ref); err != nil {
				b.Fatal(err)
			}
		}
	}
}
