// SPDX-License-Identifier: MPL-2.0

package driver

import (
	"context"
	"io"
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Factories maps the name of a provider to the function that starts a server of the provider.
type Factories map[string]func() (tfprotov6.ProviderServer, error)

// Driver is a working directory. Except for Interrupt, its methods are not safe for concurrent use.
type Driver struct {
	// Config is the configuration. A provider without a provider block has an empty configuration.
	Config string
	// Log receives the providers' logs of all levels. If Log is nil, the logs are discarded.
	Log io.Writer
	// Parallelism is the maximum number of concurrent operations. 0 means 10.
	Parallelism int

	t         testing.TB
	factories Factories
	schemas   map[string]*schemas // by provider name
	state     state
	outputs   map[string]cty.Value
	running   atomic.Pointer[walk]
}

// New returns an empty working directory with these providers and the built-in provider "terraform".
func New(tb testing.TB, factories Factories) *Driver {
	tb.Helper()
	all := Factories{"terraform": newBuiltin}
	maps.Copy(all, factories)
	return &Driver{t: tb, factories: all, schemas: map[string]*schemas{}, state: state{}, outputs: map[string]cty.Value{}}
}

// state has the objects of Terraform's state, by address of the instance. If Terraform creates a replacement before it destroys
// the prior object, the prior object is deposed in the meantime. The key of a deposed object is its address with deposedSuffix.
type state map[string]*object

const deposedSuffix = " (deposed)"

// object is an instance in the state.
type object struct {
	resource  string // address of the resource
	mode      string
	typeName  string
	name      string
	suffix    string
	key       cty.Value
	provider  string
	version   int64
	value     cty.Value
	private   []byte
	identity  cty.Value // cty.NilVal without an identity
	tainted   bool
	dependsOn []string // addresses of resources
}

func (o *object) address() string { return o.resource + o.suffix }

// raw returns the object's value in the format of the state file.
func (o *object) raw(t cty.Type) []byte {
	encoded, err := ctyjson.Marshal(o.value, t)
	if err != nil {
		panic("driver: " + err.Error())
	}
	return encoded
}

// context returns the context of calls to providers.
func (d *Driver) context() context.Context {
	ctx := d.t.Context()
	if d.Log == nil {
		return ctx
	}
	log := &lockedWriter{to: d.Log}
	return tflogtest.RootLogger(tfsdklogtest.RootLogger(ctx, log), log)
}

type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}

// Must expects the command to succeed, and returns its result.
func (d *Driver) Must(result *Result) *Result {
	d.t.Helper()
	if err := result.Err(); err != nil {
		d.t.Fatal(err)
	}
	return result
}

// Fails expects the command to fail, and returns the text of its errors.
func (d *Driver) Fails(result *Result) string {
	d.t.Helper()
	err := result.Err()
	if err == nil {
		d.t.Fatal("expected an error but got none")
	}
	return err.Error()
}

// Interrupt interrupts the running command, like Ctrl-C. It calls StopProvider. Running operations continue, and no other
// operation starts. Call it from another goroutine, such as the handler of a request, while the command runs.
func (d *Driver) Interrupt() {
	w := d.running.Load()
	w.stopped.Store(true)
	w.mu.Lock()
	servers := maps.Clone(w.servers)
	w.mu.Unlock()
	for address, s := range servers {
		_, err := s.StopProvider(w.ctx, &tfprotov6.StopProviderRequest{})
		w.diagnostics.failed("provider."+address, err)
	}
}

// Empty reports whether the state has no resources.
func (d *Driver) Empty() bool { return len(d.state) == 0 }
