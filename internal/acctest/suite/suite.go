// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Options are the options of a simulator in a test.
type Options struct {
	// Network serves the simulator in memory. If Network is nil, the simulator is served over TCP.
	Network *simulation.Network
	// ListLag is the time until a list shows a change.
	ListLag time.Duration
	// LogInsUntilAccepted is the number of log-ins that the simulator refuses before it accepts a new key.
	LogInsUntilAccepted int
	// StoredName returns the name that the service stores for a requested name. If StoredName is nil, the service stores the
	// requested name.
	StoredName func(string) string
	// Existing is the number of objects that exist at the start. For egs_workspace, 0 means no workspaces, and any other number
	// means the simulator's default workspaces.
	Existing int
	// Uncertain selects a variant of the service. With this variant, the provider adopts no object after the response to a create
	// was lost.
	Uncertain bool
	// OtherCredentials makes the provider log in with credentials other than a key. It has no effect if the service supports only
	// keys.
	OtherCredentials bool
	// Escaped makes secrets contain characters that URLs and JSON escape. It has no effect if the service does not allow such
	// characters in secrets.
	Escaped bool
}

// Subject is the simulated service of one test, with the resource under test.
type Subject struct {
	*Service
	// Issue creates an object outside Terraform that is equal to the resource of Suite.Config. Remove deletes an object outside
	// Terraform.
	Issue  func() (id string)
	Remove func(id string)
	// Secret returns the secret of an object, or "" if it has none or does not exist.
	Secret func(id string) string
}

// Config returns the configuration of a resource with a label, such as "test", and more arguments.
type Config = func(label, more string) string

// Suite describes a resource, and runs the tests that all resources share.
type Suite struct {
	// Type is the type of the resource, and ID is the attribute with its id. Secret is the attribute with its secret, or "" if
	// the resource has no secret.
	Type, ID, Secret string
	// Noun names the resource type in messages, such as "EGS API key", and A is the article of Noun. Name identifies the
	// resource of Config in messages; if Name is "", messages contain the id instead.
	A, Noun, Name string
	Start         func(t *testing.T, options Options) *Subject

	// Config returns the configuration of the resource. Updated returns this configuration with a change that Terraform makes in
	// place. Replaced returns it with a change that replaces the resource. Replaced can be nil. Other returns the configuration
	// of another resource. Many returns the configuration of n resources.
	Config, Updated, Replaced, Other Config
	Many                             func(n int, updated bool) string
	// Waits reports whether an apply waits until its creates and deletes are complete. The number of requests of such an apply
	// varies.
	Waits bool
	// Lookup returns a data source or ephemeral resource "found" that reads the object with the id. The parameter id is an
	// expression. Lookup can be nil.
	Lookup func(id string) string
	// Unread has the attributes that an import does not set.
	Unread []string
	// ImportID is the id for an import. If ImportID is "", an import uses the value of the attribute ID.
	ImportID string
	// Imports maps each invalid import id to its expected error.
	Imports map[string]string
	// ImportAs returns another form of the import id of an object. If ImportAs is nil, no other form is tested.
	ImportAs func(id string) string
	// Invalid maps each invalid configuration to the expected error of its plan.
	Invalid map[string]string
	// Replacing maps each attribute that requires a replacement to a configuration that replaces the resource.
	Replacing map[string]string
	// Unknown has values that can be unknown in the plan of an update. UnknownDue has values that can be unknown in the plan of
	// an update while the key is due for renewal.
	Unknown, UnknownDue []acctest.UnknownValues
	// OwnKeyConfig is the configuration of the provider's own key, or "" if the resource is not a key. LogsIn is an argument of a
	// provider block. In LogsIn, %s stands for the key with which the provider logs in.
	OwnKeyConfig string
	LogsIn       string
	// Recovers is the advice in the error about a state that contains the secret of another key. It is "" if the service does
	// not delete keys by secret.
	Recovers string
	// OwnKeyErrors maps a configuration that changes the provider's own key to the expected error.
	OwnKeyErrors map[string]string

	// List, Create, Update, Delete and the requests below have the form "METHOD /path". Update is "" if an update sends no
	// request. Further has more requests in which the tests inject faults.
	List, Create, Update, Delete string
	Further                      []string
	// Result is the request that follows each create and update. Shown is the request that precedes each update. A field is "" if
	// there is no such request.
	Result, Shown string
	// LogIn is a request that each walk sends once. Creation is a request that an apply sends once if it creates objects. A field
	// is "" if there is no such request.
	LogIn, Creation string
	// Pages returns the number of requests for a list of n objects. If Pages is nil, a list takes one request.
	Pages func(n int) int
	// Recognized reports whether secrets have a fixed form. The client then hides all secrets in this form, even secrets that it
	// has never received.
	Recognized bool
	// Marker is the prefix of all secrets if Options.Escaped is set, including the secrets of deleted keys. Marker is "" if there
	// is no such prefix.
	Marker string
	// UnreadableList is a response to a list request, with an unreadable entry. Echo returns an error response that contains
	// the secret.
	UnreadableList string
	Echo           func(secret string) string

	// Adopts reports whether the provider can adopt an object after the response to its create was lost. Unique reports whether
	// the service rejects equal objects.
	Adopts, Unique bool
	// Candidates are objects that possibly come from a create whose response was lost. CandidateTexts has texts of the error if
	// there are candidates. NoCandidateAdvice has the advice in the error if there are no candidates.
	CandidateTexts    []string
	NoCandidateAdvice string
	// AdoptedAfter, ListedAfter and UnlistedAfter are arguments of the function late, that is, numbers of requests after which
	// the service handles the create. With AdoptedAfter, the last list that the provider requests after the create shows the
	// object. With ListedAfter, the first list of the next apply shows the object. With UnlistedAfter, neither of these lists
	// shows the object. A field is 0 if no number of requests has this effect.
	AdoptedAfter, ListedAfter, UnlistedAfter int
	// Exists is the message of the next apply if its list shows the object of a late create.
	Exists string
}

func (s *Suite) address() Resource { return Resource(s.Type + ".test") }

func (s *Suite) config() string { return s.Config("test", "") }

// WantKeys checks the ids in the state.
func (s *Suite) WantKeys(t *testing.T, d *driver.Driver, ids ...string) {
	t.Helper()
	wantSorted(t, "the state has", Saved(d, s.Type, s.ID), ids)
}
