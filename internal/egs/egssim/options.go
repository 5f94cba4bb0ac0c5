// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Dialect is one of the spellings of the API. The sources disagree on two
// names: the date of a create body and the workspace filter of the list.
type Dialect string

const (
	// DialectSDK is what the Python SDK 4.0.0 speaks: body member `validity`,
	// query parameter `workspaceName`. Other body members are refused with 422.
	DialectSDK Dialect = "sdk"
	// DialectREST is what the REST page of 1.13.0 describes: body member `validUntil`, query parameter
	// `workspace`. Other body members are refused with 422.
	DialectREST Dialect = "rest"
	// DialectLenient knows the names of both and ignores unknown members. Where a body has both dates,
	// `validity` counts; where a query has both filters, both have to match.
	DialectLenient Dialect = "lenient"
)

// dateMembers are a create body's names of the validity date, the one that counts first.
func (d Dialect) dateMembers() []string { return d.names("validity", "validUntil") }

// filterParameters are the names of the workspace filter of lists.
func (d Dialect) filterParameters() []string { return d.names("workspaceName", "workspace") }

// names are those of a dialect, of what the SDK and the REST page name in two ways.
func (d Dialect) names(sdk, rest string) []string {
	return map[Dialect][]string{DialectSDK: {sdk}, DialectREST: {rest}, DialectLenient: {sdk, rest}}[d]
}

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

// UnfilteredList says what a list without a workspace filter that the dialect knows gets.
type UnfilteredList int

const (
	// UnfilteredNarrowed responds with every key the caller may see: one bound to a workspace sees that workspace's.
	UnfilteredNarrowed UnfilteredList = iota
	// UnfilteredRefused responds 403 to keys that are bound to a workspace.
	UnfilteredRefused
	// UnfilteredRefusedToAll responds 403 to every key, Owners too.
	UnfilteredRefusedToAll
)

// DeleteAnswer is the body of a successful delete of a key or workspace.
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

// EmptyList is the response to a list without keys or without workspaces. None is recorded.
type EmptyList int

const (
	// EmptyListUsual is 404 "No API Keys found" for keys (the words of the SDK), and an empty array for workspaces.
	EmptyListUsual EmptyList = iota
	// EmptyListArray is an empty array.
	EmptyListArray
	// EmptyListNull is null, as Go writes a nil slice.
	EmptyListNull
	// EmptyListMissing is `data` without the array, as Go writes a nil slice with omitempty.
	EmptyListMissing
	// EmptyListNullData is `data` null.
	EmptyListNullData
	// EmptyListNoData is an envelope without `data`.
	EmptyListNoData
	// EmptyListNotFound is 404 with a text that does not say that the list is empty.
	EmptyListNotFound
)

// WorkspaceReaders says who may list workspaces. A paper on the API of 2024-10 lets Viewers.
type WorkspaceReaders int

const (
	// WorkspaceReadersOwners are Owners; others get 403.
	WorkspaceReadersOwners WorkspaceReaders = iota
	// WorkspaceReadersOwn are all, of whom Editors and Viewers see their own workspace.
	WorkspaceReadersOwn
	// WorkspaceReadersAll are all, who see all workspaces.
	WorkspaceReadersAll
)

// Options configures a Simulator. The zero value is a lenient service with the workspaces red, green and
// blue, on the real clock, without latency or limits. The second and third block are one switch for every
// fact that is not known about the service.
type Options struct {
	simulation.Options

	// Dialect of the wire; empty is DialectLenient.
	Dialect Dialect
	// TokenTTL is the lifetime of the tokens of keys that have none of their own; 0 is 900 s.
	TokenTTL time.Duration
	// Workspaces that exist and are ready, on all clusters and with a namespace of their name; nil is red, green and
	// blue, empty is none.
	Workspaces []string
	// Clusters that workspaces can be on; nil is worker-1 and worker-2.
	Clusters []string
	// Keys is the number of seeded keys, spread over workspaces and roles. The Owner key comes on top.
	Keys int

	ListedSecrets      ListedSecrets
	UserNameCase       UserNameCase
	UnfilteredList     UnfilteredList
	DeleteAnswer       DeleteAnswer
	WorkspaceDeletion  WorkspaceDeletion
	EmptyKeyList       EmptyList
	EmptyWorkspaceList EmptyList
	WorkspaceReaders   WorkspaceReaders
	// EmptyDescriptions lists workspaces with an empty description.
	EmptyDescriptions bool
	// ValidityAsTimestamp lists `2026-11-21` as `2026-11-21T00:00:00Z`.
	ValidityAsTimestamp bool
	// OmitEmptyMembers leaves an empty `description` or `workspaceName` out of list entries, instead of listing it as "".
	OmitEmptyMembers bool
	// HideExpiredKeys leaves expired keys out of lists.
	HideExpiredKeys bool
	// ExpiryExclusive ends a key when the day of its date begins, in UTC; otherwise a key lives to the day's end.
	ExpiryExclusive bool
	// PastDateStatus, UnknownRoleStatus and UnknownClusterStatus refuse such a key or workspace; 0 is 422.
	PastDateStatus, UnknownRoleStatus, UnknownClusterStatus int
	// UnknownWorkspaceStatus refuses the key or kubeconfig of a workspace that does not exist, and
	// DeleteUnknownWorkspaceStatus to delete one; 0 is 404.
	UnknownWorkspaceStatus, DeleteUnknownWorkspaceStatus int
	// UnreadyStatus refuses the kubeconfig of a workspace that is not ready; 0 is 500, as recorded for other refusals of
	// the gateway.
	UnreadyStatus int
	// FlatErrors puts the useful text of every refusal into the envelope's `message`, with the status "Error" and an empty
	// `errorKey`, as the documentation of 1.15 shows a 409, instead of "UNKNOWN" and JSON in `error.data`.
	FlatErrors bool
	// MistypedAsMalformed refuses to log in with what has not the form of a key with 400, as with a key whose Secret in the
	// cluster is malformed; otherwise it is an unknown key, 401.
	MistypedAsMalformed bool
	// SecretNames lists the workspace and the date of keys as `sliceName` and `validUntil`, as the Secrets in the
	// cluster have them, instead of `workspaceName` and `validity`. Controllers before 1.12 may.
	SecretNames bool
	// OpaqueTokens makes tokens that are no JSON Web Tokens.
	OpaqueTokens bool

	// WorkspaceDelay is how long by the simulator's clock a new workspace is neither listed nor has a kubeconfig.
	// WorkspaceListsUntilReady is how many lists lack it at least, and KubeConfigsUntilReady how often its kubeconfig is
	// refused.
	WorkspaceDelay                                  time.Duration
	WorkspaceListsUntilReady, KubeConfigsUntilReady int
	// WorkspaceGoneDelay is how long by the simulator's clock a workspace that the API deleted is still
	// listed and its name taken, and WorkspaceListsUntilGone how many lists show it at least.
	WorkspaceGoneDelay      time.Duration
	WorkspaceListsUntilGone int
}

// withDefaults fills what the zero value stands for.
func (o Options) withDefaults() Options {
	o.Dialect = cmp.Or(o.Dialect, DialectLenient)
	o.TokenTTL = cmp.Or(o.TokenTTL, 900*time.Second)
	if o.Workspaces == nil {
		o.Workspaces = []string{"red", "green", "blue"}
	}
	if o.Clusters == nil {
		o.Clusters = []string{"worker-1", "worker-2"}
	}
	o.PastDateStatus = cmp.Or(o.PastDateStatus, http.StatusUnprocessableEntity)
	o.UnknownRoleStatus = cmp.Or(o.UnknownRoleStatus, http.StatusUnprocessableEntity)
	o.UnknownClusterStatus = cmp.Or(o.UnknownClusterStatus, http.StatusUnprocessableEntity)
	o.UnknownWorkspaceStatus = cmp.Or(o.UnknownWorkspaceStatus, http.StatusNotFound)
	o.DeleteUnknownWorkspaceStatus = cmp.Or(o.DeleteUnknownWorkspaceStatus, http.StatusNotFound)
	o.UnreadyStatus = cmp.Or(o.UnreadyStatus, http.StatusInternalServerError)
	return o
}
