// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// workspaceLedger counts what a client reported that was not so.
type workspaceLedger struct {
	mu                                             sync.Mutex
	cells, uncertain                               int
	leaks, doubles, losses, adoptions, falselyGone int
}

func (l *workspaceLedger) add(other *workspaceLedger) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cells++
	l.uncertain += other.uncertain
	l.leaks += other.leaks
	l.doubles += other.doubles
	l.losses += other.losses
	l.adoptions += other.adoptions
	l.falselyGone += other.falselyGone
}

func (l *workspaceLedger) wrong() bool {
	return l.leaks+l.doubles+l.losses+l.adoptions+l.falselyGone > 0
}

func (l *workspaceLedger) String() string {
	return fmt.Sprintf("%d leaks, %d doubles, %d losses, %d adoptions, %d falsely gone (%d ended uncertain, with an error that says so)",
		l.leaks, l.doubles, l.losses, l.adoptions, l.falselyGone, l.uncertain)
}

// workspaceMatrix is every fault in every call, once and for ever, and some beside every
// fault of the list, with lists that show a new workspace at once and late.
func workspaceMatrix() (alone, besideLists []cell) {
	late := egssim.Options{WorkspaceListsUntilReady: 2}
	for _, target := range [][2]string{{"POST", workspacePath}, {"GET", workspaceListPath}, {"DELETE", workspacePath}} {
		for _, fault := range allFaults(target[0], target[1]) {
			for _, times := range []int{1, 1000} {
				fault.Times = times
				alone = append(alone,
					cell{Kind: "at once", Faults: []egssim.Fault{fault}},
					cell{Kind: "late", Options: late, Faults: []egssim.Fault{fault}})
			}
		}
	}
	for _, list := range allFaults("GET", workspaceListPath) {
		list.Times = 1000
		for _, kind := range []string{egssim.FaultDropBefore, egssim.FaultDropAfterCommit, egssim.FaultCommitLate} {
			besideLists = append(besideLists,
				cell{Faults: []egssim.Fault{workspaceFault("POST", workspacePath, kind, 0), list}},
				cell{Faults: []egssim.Fault{workspaceFault("DELETE", workspacePath, kind, 0), list}})
		}
	}
	return alone, besideLists
}

// TestClient_workspaceFaultMatrix makes, reads and deletes workspaces in each cell, and
// compares both sides after it.
func TestClient_workspaceFaultMatrix(t *testing.T) {
	t.Parallel()
	var total workspaceLedger
	run := func(t *testing.T, cell cell) {
		t.Helper()
		l := workspaceCell(t, start(t, cell.Options), cell.Faults...)
		if l.wrong() {
			t.Error(l)
		}
		total.add(l)
	}
	alone, besideLists := workspaceMatrix()
	chaos.RunCells(t, "alone", alone, run)
	chaos.RunCells(t, "beside lists", besideLists, run)
	t.Logf("fault matrix of workspaces: %d cells, %s", total.cells, &total)
}

// workspaceCell makes, reads and deletes workspaces under faults.
func workspaceCell(t *testing.T, c *controller, faults ...egssim.Fault) *workspaceLedger {
	t.Helper()
	l := &workspaceLedger{}
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	// A walk begins with a good list, after which somebody else makes a workspace that
	// is the same as one of ours.
	if _, err := client.Workspaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.foreignWorkspace(newWorkspace("taken"))
	now.advance(baselineIsOld)
	c.fail(faults...)
	creates := []string{"a", "taken", "a"}
	errs := make([]error, len(creates))
	at(len(creates), func(i int) { errs[i] = client.CreateWorkspace(t.Context(), newWorkspace(creates[i])) })
	made := 0
	for _, err := range []error{errs[0], errs[2]} {
		if err == nil {
			made++
		}
		if errors.Is(err, egsapi.ErrUncertain) {
			l.uncertain++
		}
	}
	if errs[1] == nil {
		l.adoptions++
	}
	switch {
	case made > 1:
		l.doubles++
	case made > c.has("a"):
		l.losses++
	case made < c.has("a") && l.uncertain == 0:
		l.leaks++
	}
	for _, name := range []string{"red", "a"} {
		if _, err := client.Workspace(t.Context(), name); errors.Is(err, egsapi.ErrNotFound) && c.has(name) > 0 {
			l.falselyGone++
		}
		if err := client.DeleteWorkspace(t.Context(), name); err == nil && c.has(name) > 0 {
			l.falselyGone++
		}
	}
	if c.has("taken") != 1 || c.has("green") != 1 {
		t.Error("another workspace was deleted")
	}
	return l
}

// TestClient_workspaceChaos has several workers make, read and delete workspaces over
// one client while faults come at random. Each has names of its own, so that it knows
// what there is; somebody else takes one of them now and then.
func TestClient_workspaceChaos(t *testing.T) {
	t.Parallel()
	r := chaos.NewRun(t)
	c := start(t, egssim.Options{})
	now := &clock{now: noon}
	client := c.connect(egsapi.Config{Now: now.Now})
	var total workspaceLedger
	at(r.Workers, func(worker int) {
		l := &workspaceLedger{}
		l.riot(t, c, client, now, r.Random(0, worker), worker, r.Operations/r.Workers)
		total.add(l)
	})
	t.Logf("chaos run of workspaces: %d operations, %s", r.Operations, &total)
	if total.wrong() {
		t.Errorf("seed %d", r.Seed)
	}
	if c.has("red") != 1 {
		t.Error("another workspace was deleted")
	}
}

// riot is one worker's share of a chaos run.
func (l *workspaceLedger) riot(t *testing.T, c *controller, client *egsapi.Client, now *clock, random *rand.Rand, worker, operations int) {
	t.Helper()
	// held are the names that a create was reported for and no delete since, doubtful
	// those of which an error says that nobody knows.
	held, doubtful := map[string]bool{}, map[string]bool{}
	for range operations {
		if random.IntN(3) == 0 {
			c.fail(anyWorkspaceFault(random))
		}
		name := fmt.Sprintf("worker-%d-%d", worker, random.IntN(3))
		switch random.IntN(4) {
		case 0:
			if _, err := client.Workspace(t.Context(), name); errors.Is(err, egsapi.ErrNotFound) && c.has(name) > 0 && !doubtful[name] {
				t.Errorf("%s is reported as gone, and lives", name)
				l.falselyGone++
			}
		case 1:
			if err := client.DeleteWorkspace(t.Context(), name); err != nil {
				doubtful[name] = doubtful[name] || held[name]
				continue
			}
			err := client.AwaitWorkspaceGone(t.Context(), name)
			// Of a create that ended uncertain the controller may still be at it.
			if err != nil || (c.has(name) > 0 && !doubtful[name]) {
				t.Errorf("%s is reported as deleted, and lives: %v", name, err)
				l.falselyGone++
			}
			delete(held, name)
		default:
			foreign := random.IntN(4) == 0 && c.has(name) == 0
			if foreign {
				c.foreignWorkspace(newWorkspace(name))
				now.advance(baselineIsOld)
			}
			err := client.CreateWorkspace(t.Context(), newWorkspace(name))
			switch {
			case err == nil && foreign:
				l.adoptions++
			case err == nil && held[name] && !doubtful[name]:
				l.doubles++
			case err == nil:
				held[name] = true
				delete(doubtful, name)
			case errors.Is(err, egsapi.ErrUncertain):
				l.uncertain++
				doubtful[name] = true
			}
			if foreign {
				c.DeleteWorkspace(name)
			}
		}
	}
	for _, w := range c.Workspaces() {
		var of, i int
		if n, _ := fmt.Sscanf(w.Name, "worker-%d-%d", &of, &i); n == 2 && of == worker && !held[w.Name] && !doubtful[w.Name] {
			t.Errorf("%s lives, and no create was reported", w.Name)
			l.leaks++
		}
	}
	for name := range held {
		if c.has(name) == 0 && !doubtful[name] {
			t.Errorf("%s was reported as made, and does not exist", name)
			l.losses++
		}
	}
}

// anyWorkspaceFault is any but a request that is carried out late: with names that come
// back it would hit, or be, the workspace made in place of the one it was for, and nobody
// could help it. The fault matrix has those.
func anyWorkspaceFault(random *rand.Rand) egssim.Fault {
	targets := [][2]string{{"POST", authPath}, {"POST", workspacePath}, {"GET", workspaceListPath}, {"DELETE", workspacePath}}
	target := targets[random.IntN(len(targets))]
	faults := slices.DeleteFunc(allFaults(target[0], target[1]), func(f egssim.Fault) bool {
		return f.Kind == egssim.FaultCommitLate
	})
	fault := faults[random.IntN(len(faults))]
	fault.Times = 1 + random.IntN(3)
	return fault
}
