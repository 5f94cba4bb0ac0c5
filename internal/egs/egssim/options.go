// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"net/http"
	"time"
)

// Dialect is one of the spellings of the API. The sources disagree on two
// names: the date of a create body and the workspace filter of the list.
type Dialect string

const (
	// DialectSDK is what the Python SDK 4.0.0 speaks: body member `validity`,
	// query parameter `workspaceName`. Other body members are refused with 422.
	DialectSDK Dialect = "sdk"
	// DialectREST is what the REST page of 1.13.0 describes: body member
	// `validUntil`, query parameter `workspace`. Other body members are refused
	// with 422.
	DialectREST Dialect = "rest"
	// DialectLenient knows the names of both and ignores unknown members.
	// Where a body has both dates, `validity` counts; where a query has both
	// filters, both have to match.
	DialectLenient Dialect = "lenient"
)

// dateMembers are the create body's names of the validity date, the one that
// counts first.
func (d Dialect) dateMembers() []string {
	switch d {
	case DialectSDK:
		return []string{"validity"}
	case DialectREST:
		return []string{"validUntil"}
	default:
		return []string{"validity", "validUntil"}
	}
}

// filterParameters are the names of the list's workspace filter.
func (d Dialect) filterParameters() []string {
	switch d {
	case DialectSDK:
		return []string{"workspaceName"}
	case DialectREST:
		return []string{"workspace"}
	default:
		return []string{"workspaceName", "workspace"}
	}
}

func (d Dialect) refusesUnknownMembers() bool { return d != DialectLenient }

// ListedSecrets says what a list entry holds as `apiKey`.
type ListedSecrets int

const (
	// SecretsShown lists the secret, as the REST page's example does.
	SecretsShown ListedSecrets = iota
	// SecretsMasked lists asterisks and the last four characters.
	SecretsMasked
	// SecretsOmitted lists entries without the member.
	SecretsOmitted
)

// UnfilteredList says how a list without a workspace filter that the dialect
// knows is answered.
type UnfilteredList int

const (
	// UnfilteredNarrowed answers with every key the caller may see: a key that
	// is bound to a workspace sees that workspace's.
	UnfilteredNarrowed UnfilteredList = iota
	// UnfilteredRefused answers 403 to keys that are bound to a workspace.
	UnfilteredRefused
	// UnfilteredRefusedToAll answers 403 to every key, Owners too.
	UnfilteredRefusedToAll
)

// DeleteAnswer is the body of a successful delete.
type DeleteAnswer int

const (
	// DeleteAnswerEnvelope is a success envelope with `data` null.
	DeleteAnswerEnvelope DeleteAnswer = iota
	// DeleteAnswerNull is the four bytes `null`.
	DeleteAnswerNull
	// DeleteAnswerEmpty is no body at all.
	DeleteAnswerEmpty
)

// UserNameCase says in which letter case `userName` is listed.
type UserNameCase int

const (
	// UserNameCapitalised lists `admin` as `Admin`, as recorded.
	UserNameCapitalised UserNameCase = iota
	// UserNameAsSent lists it as the create body had it.
	UserNameAsSent
	// UserNameUpper lists `admin` as `ADMIN`.
	UserNameUpper
)

// WorkspaceDeletion says what deleting a workspace does to its keys.
type WorkspaceDeletion int

const (
	// WorkspaceDeletionKeepsKeys leaves them as they are.
	WorkspaceDeletionKeepsKeys WorkspaceDeletion = iota
	// WorkspaceDeletionRemovesKeys deletes them too.
	WorkspaceDeletionRemovesKeys
	// WorkspaceDeletionRefusedWithKeys refuses it with 409 while there are any.
	WorkspaceDeletionRefusedWithKeys
)

// EmptyWorkspaceList is how a list without workspaces is answered.
type EmptyWorkspaceList int

const (
	// EmptyWorkspacesArray is an empty array.
	EmptyWorkspacesArray EmptyWorkspaceList = iota
	// EmptyWorkspacesNull is null, as Go writes an array that was never made.
	EmptyWorkspacesNull
	// EmptyWorkspacesNotFound is 404 "No workspaces found".
	EmptyWorkspacesNotFound
)

// Options configures a Simulator. The zero value is a lenient service with
// the workspaces red, green and blue, on the real clock, without latency or
// limits. The second and third block are one switch for every fact that is not known
// about the service.
type Options struct {
	// Dialect of the wire; empty is DialectLenient.
	Dialect Dialect
	// Now is the base clock; nil is time.Now. It must be safe for concurrent
	// use. Latency, delays and the rate limit run on the real clock.
	Now func() time.Time
	// TokenTTL is a token's lifetime; 0 is 900 s.
	TokenTTL time.Duration
	// Latency is waited between handling an API request and answering it.
	Latency time.Duration
	// RequestsPerSecond above which requests get 429, with a burst of one
	// second's worth; 0 is off.
	RequestsPerSecond float64
	// ListLag: lists show the keys and workspaces as they were that long ago, by the
	// real clock; 0 is off.
	ListLag time.Duration
	// Workspaces that exist and are ready, on all clusters and with a namespace of
	// their name; nil is red, green and blue, empty is none.
	Workspaces []string
	// Clusters that workspaces can be on; nil is worker-1 and worker-2.
	Clusters []string
	// Keys is the number of seeded keys, spread over workspaces and roles.
	// The Owner key comes on top.
	Keys int

	// ListedSecrets: whether lists show the secrets.
	ListedSecrets ListedSecrets
	// ValidityAsTimestamp lists `2026-11-21` as `2026-11-21T00:00:00Z`.
	ValidityAsTimestamp bool
	// OmitEmptyMembers leaves an empty `description` or `workspaceName` out of
	// list entries, instead of listing it as "".
	OmitEmptyMembers bool
	// UserNameCase: in which letter case `userName` is listed.
	UserNameCase UserNameCase
	// HideExpiredKeys leaves expired keys out of lists.
	HideExpiredKeys bool
	// ExpiryExclusive ends a key when the day of its date begins, so that
	// today's date is a past one; otherwise a key lives to the day's end.
	ExpiryExclusive bool
	// ExpiryZone is the time zone of the dates; nil is UTC.
	ExpiryZone *time.Location
	// UnfilteredList: how a list without a filter is answered.
	UnfilteredList UnfilteredList
	// EmptyListAs200 answers a list without keys with an empty array, instead
	// of 404 "No API Keys found".
	EmptyListAs200 bool
	// DeleteAnswer: the body of a successful delete of a key or workspace.
	DeleteAnswer DeleteAnswer
	// PastDateStatus refuses a date that is over; 0 is 422.
	PastDateStatus int
	// UnknownRoleStatus refuses an unknown role; 0 is 422.
	UnknownRoleStatus int
	// UnknownWorkspaceStatus refuses a workspace that does not exist; 0 is 404.
	UnknownWorkspaceStatus int
	// DeleteUnknownStatus refuses to delete an unknown key; 0 is 404.
	DeleteUnknownStatus int
	// FlatErrors puts the useful text of every refusal into the envelope's
	// `message`, instead of "UNKNOWN" and JSON in `error.data`.
	FlatErrors bool
	// RetryAfter: the form of that header in a 429.
	RetryAfter RetryAfterForm
	// OpaqueTokens makes tokens that are no JSON Web Tokens.
	OpaqueTokens bool
	// TokensEndWithKey ends a key's tokens when it is deleted. Otherwise they
	// live on, as service-account tokens do.
	TokensEndWithKey bool

	// WorkspaceDelay is how long by the simulator's clock a new workspace is neither
	// listed nor has a kubeconfig. WorkspaceListsUntilReady is how many lists lack it
	// at least, and KubeConfigsUntilReady how often its kubeconfig is refused.
	WorkspaceDelay                                  time.Duration
	WorkspaceListsUntilReady, KubeConfigsUntilReady int
	// WorkspaceGoneDelay is how long by the simulator's clock a workspace that the API
	// deleted is still listed and its name taken, and WorkspaceListsUntilGone how many
	// lists show it at least.
	WorkspaceGoneDelay      time.Duration
	WorkspaceListsUntilGone int
	// UnreadyStatus refuses the kubeconfig of a workspace that is not ready; 0 is
	// 404, another likely one 500.
	UnreadyStatus int
	// WorkspaceDeletion: what deleting a workspace does to its keys.
	WorkspaceDeletion WorkspaceDeletion
	// EmptyWorkspaceList: how a list without workspaces is answered.
	EmptyWorkspaceList EmptyWorkspaceList
	// UnknownClusterStatus refuses a workspace on clusters that do not exist; 0 is
	// 422.
	UnknownClusterStatus int
	// DeleteUnknownWorkspaceStatus refuses to delete an unknown workspace; 0 is 404.
	DeleteUnknownWorkspaceStatus int
}

// withDefaults fills what the zero value stands for.
func (o Options) withDefaults() Options {
	if o.Dialect == "" {
		o.Dialect = DialectLenient
	}
	if o.TokenTTL == 0 {
		o.TokenTTL = 900 * time.Second
	}
	if o.Workspaces == nil {
		o.Workspaces = []string{"red", "green", "blue"}
	}
	if o.Clusters == nil {
		o.Clusters = []string{"worker-1", "worker-2"}
	}
	if o.ExpiryZone == nil {
		o.ExpiryZone = time.UTC
	}
	for _, status := range []struct {
		of        *int
		otherwise int
	}{
		{&o.PastDateStatus, http.StatusUnprocessableEntity},
		{&o.UnknownRoleStatus, http.StatusUnprocessableEntity},
		{&o.UnknownWorkspaceStatus, http.StatusNotFound},
		{&o.DeleteUnknownStatus, http.StatusNotFound},
		{&o.UnreadyStatus, http.StatusNotFound},
		{&o.UnknownClusterStatus, http.StatusUnprocessableEntity},
		{&o.DeleteUnknownWorkspaceStatus, http.StatusNotFound},
	} {
		if *status.of == 0 {
			*status.of = status.otherwise
		}
	}
	return o
}
