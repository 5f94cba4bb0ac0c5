// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// run is a run of the provider that deleted one key.
type run struct{}

func (run) Deleted(id string) bool { return id == "deleted" }

func (run) Touched(string) bool { return false }

func TestBulk(t *testing.T) {
	t.Parallel()
	refused := errors.New("forbidden")
	for name, test := range map[string]struct {
		dryRun   bool
		done     []string
		progress []string
		left     string
	}{
		"run": {
			done:     []string{"a", "d\nx\u202e"},
			progress: []string{"Not found: b", "Deleted by this run: deleted", "Not ended: c x", "Ended: a", "Ended: d x", "Not ended: own", "Over already: over"},
			left:     "These keys were not ended:\n\n- b: no key has this id; it was already deleted, or the id is wrong\n- c x: down  it\n- own: forbidden\n\nFix the errors above and run the action again.",
		},
		"dry run": {
			dryRun:   true,
			progress: []string{"Not found: b", "Deleted by this run: deleted", "Not ended: c x", "Would end: a", "Would end: d x", "Would not be ended: own: forbidden", "Over already: over"},
			left:     "These keys were not ended:\n\n- b: no key has this id; it was already deleted, or the id is wrong\n- c x: down  it\n\nFix the errors above and run the action again.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var done, progress []string
			// Each call of Find waits until Find was called for all ids. So the test hangs unless the calls are concurrent.
			ids := []string{"a", "b", "deleted", "c\u2028x", "d\nx\u202e", "own", "over"}
			arrived, all := make(chan struct{}), make(chan struct{})
			go func() {
				for range ids {
					<-arrived
				}
				close(all)
			}()
			bulk := face.Bulk[string]{
				Summary: "Unable to end keys", Noun: "key", Infinitive: "end", Participle: "ended", DryRun: test.dryRun, IDs: ids,
				Find: func(id string) (*string, error) {
					arrived <- struct{}{}
					<-all
					switch id {
					case "b", "deleted":
						return nil, &apiclient.Error{Err: apiclient.ErrNotFound}
					case "c\u2028x":
						return nil, errors.New("down\x1b\u200bit")
					}
					return &id, nil
				},
				Run:  run{},
				Name: func(key *string) string { return *key },
				Done: func(key *string) string { return map[bool]string{true: "Over already"}[*key == "over"] },
				Refuse: func(key *string) error {
					if *key == "own" {
						return refused
					}
					return nil
				},
				Do: func(key *string) error {
					done = append(done, *key)
					return nil
				},
			}
			resp := action.InvokeResponse{SendProgress: func(event action.InvokeProgressEvent) { progress = append(progress, event.Message) }}
			bulk.Invoke(t.Context(), &resp)
			if !slices.Equal(done, test.done) || !slices.Equal(progress, test.progress) {
				t.Errorf("got done %q, progress %q", done, progress)
			}
			if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail(), test.left) {
				t.Errorf("got %v", resp.Diagnostics)
			}
		})
	}
}
