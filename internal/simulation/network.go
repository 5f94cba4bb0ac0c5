// SPDX-License-Identifier: MPL-2.0

package simulation

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
)

var errRefused = errors.New("connection refused")

// Network connects clients to servers in memory. A goroutine that waits for a connection is durably blocked. So client and
// server can run in a testing/synctest bubble. The zero value is ready for use. All methods are safe for concurrent use.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	lastPort  int
}

// Serve starts a server with this handler, and returns the server's base URL. The function stop closes all connections and
// waits until all calls of the handler have returned.
func (n *Network) Serve(handler http.Handler) (base *url.URL, stop func()) {
	l := n.Listen()
	var served, connections sync.WaitGroup
	server := &http.Server{ //nolint:gosec // G112: all clients are tests.
		Handler: handler, ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				connections.Add(1)
			case http.StateClosed, http.StateHijacked:
				connections.Done()
			default:
			}
		},
	}
	served.Go(func() { _ = server.Serve(l) })
	return &url.URL{Scheme: "http", Host: l.Addr().String()}, func() {
		_ = server.Close()
		served.Wait()
		_ = server.Close() // Close the connections that were accepted during the first call of Close.
		connections.Wait()
	}
}

// Listen returns a listener on a new loopback address. net/http uses no proxy for loopback addresses, so proxy settings do
// not affect the tests.
func (n *Network) Listen() net.Listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lastPort++
	l := &listener{
		network: n, address: net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: n.lastPort},
		dialed: make(chan net.Conn), closed: make(chan struct{}),
	}
	if n.listeners == nil {
		n.listeners = map[string]*listener{}
	}
	n.listeners[l.address.String()] = l
	return l
}

// DialContext connects to the listener with this address. If no listener has the address, DialContext returns the error
// "connection refused".
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[address]
	n.mu.Unlock()
	err := errRefused
	if l != nil {
		client, server := net.Pipe()
		select {
		case l.dialed <- server:
			return client, nil
		case <-l.closed:
		case <-ctx.Done():
			err = ctx.Err()
		}
		_ = client.Close()
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: err}
}

type listener struct {
	network *Network
	address net.TCPAddr
	dialed  chan net.Conn
	closed  chan struct{}
	close   sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.dialed:
		return connection, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.close.Do(func() {
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		delete(l.network.listeners, l.address.String())
		close(l.closed)
	})
	return nil
}

func (l *listener) Addr() net.Addr { return &l.address }
