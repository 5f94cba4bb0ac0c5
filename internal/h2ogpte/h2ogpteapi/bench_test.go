// SPDX-License-Identifier: MPL-2.0

package h2ogpteapi_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogpteapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// benchService is a simulator with so many keys, and the way to a new client of it, as
// each walk has one.
func benchService(b *testing.B, keys int) (*h2ogptesim.Simulator, func() *h2ogpteapi.Client) {
	b.Helper()
	simulator := h2ogptesim.New(h2ogptesim.Options{Keys: keys})
	server := httptest.NewServer(simulator)
	b.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL + "/api/v1")
	if err != nil {
		b.Fatal(err)
	}
	return simulator, func() *h2ogpteapi.Client {
		return h2ogpteapi.New(
			h2ogpteapi.Config{Endpoint: endpoint, APIKey: simulator.AdminKey(), Now: time.Now},
			transport.New(transport.Options{RequestTimeout: time.Minute}))
	}
}

// BenchmarkWalk_read is what a refresh of 1,000 keys does: list them, in pages, and look
// each up.
func BenchmarkWalk_read(b *testing.B) {
	simulator, newClient := benchService(b, 1_000)
	keys := simulator.Keys()
	b.ReportAllocs()
	for b.Loop() {
		client := newClient()
		for i := range keys {
			if _, err := client.APIKey(b.Context(), keys[i].ID, time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkWalk_write creates 100 keys and deletes them again.
func BenchmarkWalk_write(b *testing.B) {
	simulator, newClient := benchService(b, 0)
	user := simulator.Users()[1]
	b.ReportAllocs()
	for b.Loop() {
		client := newClient()
		for i := range 100 {
			created, err := client.CreateAPIKey(b.Context(), h2ogpteapi.NewAPIKey{
				UserID: user.ID, UserName: user.UserName, Name: fmt.Sprintf("key-%d", i),
			})
			if err != nil {
				b.Fatal(err)
			}
			if err := client.DeleteAPIKey(b.Context(), created.ID, time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}
