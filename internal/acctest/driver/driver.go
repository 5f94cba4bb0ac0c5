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

// Factories make the servers of providers, by name.
type Factories map[string]func() (tfprotov6.ProviderServer, error)

// Driver is a working directory. Its methods run one after the other.
type Driver struct {
	// Config is the configuration. A provider without a block has an empty one.
	Config string
	// Log gets what the providers log, at every level; nil means nothing.
	Log io.Writer
	// Parallelism is how many operations run at a time; 0 means 10.
	Parallelism int

	t         testing.TB
	factories Factories
	schemas   map[string]*schemas // by provider name
	state     state
	outputs   map[string]cty.Value
	running   atomic.Pointer[walk]
}

// New makes a working directory. The provider "terraform", of terraform_data, is there already.
func New(tb testing.TB, factories Factories) *Driver {
	tb.Helper()
	all := Factories{"terraform": newBuiltin}
	maps.Copy(all, factories)
	return &Driver{t: tb, factories: all, schemas: map[string]*schemas{}, state: state{}, outputs: map[string]cty.Value{}}
}

// state holds what Terraform's state holds, by address of the instance. An object that is to be
// destroyed after its replacement was created stands under its address with deposedSuffix.
type state map[string]*object

const deposedSuffix = " (deposed)"

// object is what the state knows of an instance.
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
	identity  cty.Value // cty.NilVal where there is none
	tainted   bool
	dependsOn []string // addresses of resources
}

func (o *object) address() string { return o.resource + o.suffix }

// raw is the object's value, of the type, as the state file holds it.
func (o *object) raw(t cty.Type) []byte {
	encoded, err := ctyjson.Marshal(o.value, t)
	if err != nil {
		panic("driver: " + err.Error())
	}
	return encoded
}

// context is that of calls of providers.
func (d *Driver) context() context.Context {
	ctx := d.t.Context()
	if d.Log == nil {
		return ctx
	}
	log := &lockedWriter{to: d.Log}
	return tflogtest.RootLogger(tfsdklogtest.RootLogger(ctx, log), log)
}

// lockedWriter is a writer that is safe for concurrent use.
type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

// Write implements io.Writer.
func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}

// Must fails the test if the command failed, and returns what it brought about.
func (d *Driver) Must(result *Result) *Result {
	d.t.Helper()
	if err := result.Err(); err != nil {
		d.t.Fatal(err)
	}
	return result
}

// Fails fails the test unless the command failed, and returns the error's text.
func (d *Driver) Fails(result *Result) string {
	d.t.Helper()
	err := result.Err()
	if err == nil {
		d.t.Fatal("expected an error but got none")
	}
	return err.Error()
}

// Interrupt does to the command that is running what Ctrl-C does: the providers are told to stop, what is under way
// goes on, and nothing else starts. Whatever the command waits for, such as a simulator, may call it.
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

// Empty says whether the state holds no resource.
func (d *Driver) Empty() bool { return len(d.state) == 0 }
