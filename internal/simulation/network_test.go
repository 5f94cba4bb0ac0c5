// SPDX-License-Identifier: MPL-2.0

package simulation_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestNetworkServesUntilStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var network simulation.Network
		client := http.Client{Transport: &http.Transport{DialContext: network.DialContext}}
		get := func(url string) (int, error) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.Do(request)
			if err != nil {
				return 0, err
			}
			return response.StatusCode, response.Body.Close()
		}
		status := func(status int) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(time.Hour)
				w.WriteHeader(status)
			})
		}
		a, stopA := network.Serve(status(201))
		b, stopB := network.Serve(status(202))
		for url, want := range map[string]int{a.String(): 201, b.String(): 202} {
			if got, err := get(url); err != nil || got != want {
				t.Errorf("%s: got %d, %v", url, got, err)
			}
		}
		stopA()
		_, err := get(a.String())
		if dial, ok := errors.AsType[*net.OpError](err); !ok || dial.Op != "dial" {
			t.Errorf("after stop: got the error %v, want a dial error", err)
		}
		// stopB closes the connection of the running request at once, but waits until the handler returns.
		ended := make(chan error)
		go func() {
			_, err := get(b.String())
			ended <- err
		}()
		synctest.Wait()
		began := time.Now()
		stopB()
		if err := <-ended; err == nil || time.Since(began) != time.Hour {
			t.Errorf("after %s: got the error %v, want one after 1h", time.Since(began), err)
		}
	})
}

func TestNetworkDialsUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var network simulation.Network
		l := network.Listen() // Nothing calls l.Accept, so a dial waits.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := network.DialContext(ctx, "tcp", l.Addr().String()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := errors.Join(l.Close(), l.Close()); err != nil {
			t.Error(err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}
