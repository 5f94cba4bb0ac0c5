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

// Values of ListedSecrets.
const (
	SecretsShown   ListedSecrets = iota // the secret, as in the REST page's example
	SecretsMasked                       // asterisks and the last four characters
	SecretsOmitted                      // nothing, without the member
)

// UnfilteredList says what a list without a workspace filter that the dialect knows gets.
type UnfilteredList int

// Values of UnfilteredList.
const (
	UnfilteredNarrowed     UnfilteredList = iota // every key the caller may see: one bound to a workspace sees that workspace's
	UnfilteredRefused                            // 403 to keys that are bound to a workspace
	UnfilteredRefusedToAll                       // 403 to every key, Owners too
)

// DeleteAnswer is the body of a successful delete of a key or workspace.
type DeleteAnswer int

// Values of DeleteAnswer.
const (
	DeleteAnswerEnvelope DeleteAnswer = iota // a success envelope; `data` is null for a key, and {} for a workspace
	DeleteAnswerNull                         // the four bytes `null`
	DeleteAnswerEmpty                        // no body at all
)

// KeyIDs says what the ids of keys are.
type KeyIDs int

// Values of KeyIDs.
const (
	KeyIDsMD5   KeyIDs = iota // the MD5 of the secret in lower case, as on the REST page's example
	KeyIDsUpper               // the same in upper case
	KeyIDsOwn                 // of their own, as key-UUID
)

// UserNameCase says in which letter case `userName` is listed.
type UserNameCase int

// Values of UserNameCase.
const (
	UserNameCapitalised UserNameCase = iota // `admin` as `Admin`, as recorded
	UserNameAsSent                          // as the create body had it
	UserNameUpper                           // `admin` as `ADMIN`
)

// WorkspaceDeletion says what deleting a workspace does to its keys.
type WorkspaceDeletion int

// Values of WorkspaceDeletion.
const (
	WorkspaceDeletionKeepsKeys       WorkspaceDeletion = iota // leaves them as they are
	WorkspaceDeletionRemovesKeys                              // deletes them too
	WorkspaceDeletionRefusedWithKeys                          // is refused with 409 while there are any
)

// EmptyList is the response to a list without keys, workspaces or GPUs of a workspace. None is recorded.
type EmptyList int

// Values of EmptyList.
const (
	EmptyListUsual    EmptyList = iota // 404 "No API Keys found" for keys (the words of the SDK), an empty array for others
	EmptyListArray                     // an empty array
	EmptyListNull                      // null, as Go writes a nil slice
	EmptyListMissing                   // `data` without the array, as Go writes a nil slice with omitempty
	EmptyListNullData                  // `data` null
	EmptyListNoData                    // an envelope without `data`
	EmptyListNotFound                  // 404 with a text that does not say that the list is empty
)

// WorkspaceReaders says who may list workspaces. A paper on the API of 2024-10 lets Viewers.
type WorkspaceReaders int

// Values of WorkspaceReaders.
const (
	WorkspaceReadersOwners WorkspaceReaders = iota // Owners; others get 403
	WorkspaceReadersOwn                            // all, of whom Editors and Viewers see their own workspace
	WorkspaceReadersAll                            // all, who see all workspaces
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
	// Nodes with GPUs; nil is two on each cluster, with two A100 each, empty is none.
	Nodes []Node
	// Keys is the number of seeded keys, spread over workspaces and roles. The Owner key comes on top.
	Keys int

	ListedSecrets      ListedSecrets
	KeyIDs             KeyIDs
	UserNameCase       UserNameCase
	UnfilteredList     UnfilteredList
	DeleteAnswer       DeleteAnswer
	WorkspaceDeletion  WorkspaceDeletion
	EmptyKeyList       EmptyList
	EmptyWorkspaceList EmptyList
	EmptyInventory     EmptyList
	WorkspaceReaders   WorkspaceReaders
	// OwnersBound binds an Owner key that names a workspace to it; otherwise it may do everything.
	OwnersBound bool
	// UnknownWorkspaceWithoutGPUs lists an empty inventory for a workspace that does not exist, instead of refusing it.
	UnknownWorkspaceWithoutGPUs bool
	// EmptyDescriptions lists workspaces with an empty description.
	EmptyDescriptions bool
	// ValidityAsTimestamp lists `2026-11-21` as `2026-11-21T00:00:00Z`.
	ValidityAsTimestamp bool
	// OmitEmptyMembers leaves an empty `description` or `workspaceName` out of list entries, instead of listing it as "".
	OmitEmptyMembers bool
	// HideExpiredKeys leaves expired keys out of lists.
	HideExpiredKeys bool
	// ExpiryExclusive ends a key when the day of its date begins; otherwise a key lives to the day's end.
	ExpiryExclusive bool
	// ExpiryZone is the time zone of the dates; nil is UTC.
	ExpiryZone *time.Location
	// PastDateStatus, UnknownRoleStatus and UnknownClusterStatus refuse such a key or workspace; 0 is 422.
	PastDateStatus, UnknownRoleStatus, UnknownClusterStatus int
	// UnknownWorkspaceStatus refuses the key, kubeconfig or inventory of a workspace that does not exist, and
	// DeleteUnknownStatus and DeleteUnknownWorkspaceStatus to delete an unknown key or workspace; 0 is 404.
	UnknownWorkspaceStatus, DeleteUnknownStatus, DeleteUnknownWorkspaceStatus int
	// UnreadyStatus refuses the kubeconfig or inventory of a workspace that is not ready, and ActiveGPRsStatus to delete one with
	// active GPU requests; 0 is 500, as recorded for other refusals of the gateway.
	UnreadyStatus, ActiveGPRsStatus int
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
	// WorkspaceListsUntilReady is how many lists lack it at least, and KubeConfigsUntilReady how often its kubeconfig or
	// inventory is refused.
	WorkspaceDelay                                  time.Duration
	WorkspaceListsUntilReady, KubeConfigsUntilReady int
	// WorkspaceGoneDelay is how long by the simulator's clock a workspace that the API deleted is still
	// listed and its name taken, and WorkspaceListsUntilGone how many lists show it at least.
	WorkspaceGoneDelay      time.Duration
	WorkspaceListsUntilGone int

	// EmptyGPRList is the response to a list without GPR templates or bindings; EmptyListUsual is an empty array.
	EmptyGPRList EmptyList
	// TakenGPRNameStatus refuses to create a GPR template whose name is taken, or a second binding of a workspace; 0 is 409,
	// and 200 overwrites it. UnknownGPRStatus refuses to get, change or delete an unknown one; 0 is 404.
	TakenGPRNameStatus, UnknownGPRStatus int
	// TemplateInUseStatus refuses to delete a GPR template that a binding has; 0 deletes it.
	TemplateInUseStatus int
	// GPRChangesMerge keeps the idle duration and the GPU sharing mode of a GPR template that a change leaves out; otherwise a
	// change replaces the template.
	GPRChangesMerge bool
	// MaxPriority is what a higher priority of a GPR template is stored as; 0 is no limit.
	MaxPriority int64
	// NormalizeDurations lists the durations of GPR templates as Go writes them: `1h` as `1h0m0s`.
	NormalizeDurations bool
	// OwnBindingNames names bindings `binding-WORKSPACE` instead of `WORKSPACE`.
	OwnBindingNames bool
	// NoTemplateStatus shows no status of templates in bindings.
	NoTemplateStatus bool
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
	if o.Nodes == nil {
		o.Nodes = nodesOf(o.Clusters)
	}
	o.PastDateStatus = cmp.Or(o.PastDateStatus, http.StatusUnprocessableEntity)
	o.UnknownRoleStatus = cmp.Or(o.UnknownRoleStatus, http.StatusUnprocessableEntity)
	o.UnknownClusterStatus = cmp.Or(o.UnknownClusterStatus, http.StatusUnprocessableEntity)
	o.UnknownWorkspaceStatus = cmp.Or(o.UnknownWorkspaceStatus, http.StatusNotFound)
	o.ExpiryZone = cmp.Or(o.ExpiryZone, time.UTC)
	o.DeleteUnknownStatus = cmp.Or(o.DeleteUnknownStatus, http.StatusNotFound)
	o.DeleteUnknownWorkspaceStatus = cmp.Or(o.DeleteUnknownWorkspaceStatus, http.StatusNotFound)
	o.ActiveGPRsStatus = cmp.Or(o.ActiveGPRsStatus, http.StatusInternalServerError)
	o.TakenGPRNameStatus = cmp.Or(o.TakenGPRNameStatus, http.StatusConflict)
	o.UnknownGPRStatus = cmp.Or(o.UnknownGPRStatus, http.StatusNotFound)
	o.UnreadyStatus = cmp.Or(o.UnreadyStatus, http.StatusInternalServerError)
	return o
}
