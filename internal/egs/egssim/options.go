// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Dialect is the set of names that the API uses. The SDK and the REST page differ in the names of two values: the expiry date
// in the body of a create, and the query parameter that filters the list of keys by workspace.
type Dialect string

const (
	// DialectSDK has the names of the Python SDK 4.0.0: body member `validity`, query parameter `workspaceName`. Unknown body
	// members are refused with 422.
	DialectSDK Dialect = "sdk"
	// DialectREST has the names of the REST page of 1.13.0: body member `validUntil`, query parameter `workspace`. Unknown
	// body members are refused with 422.
	DialectREST Dialect = "rest"
	// DialectLenient accepts the names of DialectSDK and DialectREST, and ignores unknown members. If a body has both dates,
	// `validity` takes precedence. If a query has both filters, a key must match both.
	DialectLenient Dialect = "lenient"
)

// dateMembers returns the names of the expiry date in the body of a create, in order of precedence.
func (d Dialect) dateMembers() []string { return d.names("validity", "validUntil") }

// filterParameters returns the names of the query parameter that filters the list of keys by workspace.
func (d Dialect) filterParameters() []string { return d.names("workspaceName", "workspace") }

// names returns the names that the dialect accepts for a value. The parameters are the names of the value in the SDK and on
// the REST page.
func (d Dialect) names(sdk, rest string) []string {
	return map[Dialect][]string{DialectSDK: {sdk}, DialectREST: {rest}, DialectLenient: {sdk, rest}}[d]
}

// ListedSecrets is the form of `apiKey` in a list.
type ListedSecrets int

// Values of ListedSecrets.
const (
	SecretsShown   ListedSecrets = iota // the secret, as in the REST page's example
	SecretsMasked                       // asterisks and the last four characters
	SecretsOmitted                      // the member is omitted
)

// UnfilteredList is the response to a list request that has no workspace filter, or only a filter with a name that the
// Dialect does not have.
type UnfilteredList int

// Values of UnfilteredList.
const (
	UnfilteredNarrowed     UnfilteredList = iota // all keys that the caller can see; a bound caller sees keys of its workspace
	UnfilteredRefused                            // 403 for callers that are bound to a workspace
	UnfilteredRefusedToAll                       // 403 for all callers, including Owners
)

// DeleteBody is the body of the response to a successful delete.
type DeleteBody int

// Values of DeleteBody.
const (
	DeleteBodyEnvelope DeleteBody = iota // a success envelope; `data` is null for a key, and {} for other objects
	DeleteBodyNull                       // the four bytes `null`
	DeleteBodyEmpty                      // an empty body
)

// KeyIDs is the form of the ids of keys.
type KeyIDs int

// Values of KeyIDs.
const (
	KeyIDsMD5   KeyIDs = iota // the MD5 of the secret in lower case, as in the REST page's example
	KeyIDsUpper               // the MD5 of the secret in upper case
	KeyIDsOwn                 // key-UUID, not derived from the secret
)

// UserNameCase is the letter case of `userName` in lists.
type UserNameCase int

// Values of UserNameCase.
const (
	UserNameCapitalized UserNameCase = iota // `admin` as `Admin`, as recorded
	UserNameAsSent                          // as in the body of the create
	UserNameUpper                           // `admin` as `ADMIN`
)

// WorkspaceDeletion is what the delete of a workspace does to the keys of the workspace.
type WorkspaceDeletion int

// Values of WorkspaceDeletion.
const (
	WorkspaceDeletionKeepsKeys       WorkspaceDeletion = iota // the keys remain
	WorkspaceDeletionRemovesKeys                              // the keys are deleted too
	WorkspaceDeletionRefusedWithKeys                          // the delete is refused with 409 if the workspace has keys
)

// EmptyList is the response to a list without entries. No such response is recorded.
type EmptyList int

// Values of EmptyList.
const (
	EmptyListUsual    EmptyList = iota // 404 "No API Keys found" for keys (the text of the SDK), an empty array for other lists
	EmptyListArray                     // an empty array
	EmptyListNull                      // null, as Go encodes a nil slice
	EmptyListMissing                   // `data` without the array, as Go encodes a nil slice with omitempty
	EmptyListNullData                  // `data` null
	EmptyListNoData                    // an envelope without `data`
	EmptyListNotFound                  // 404 with a text that does not mention an empty list
)

// WorkspaceReaders selects who can list workspaces. According to a paper of 2024-10 about the API, Viewers can list
// workspaces.
type WorkspaceReaders int

// Values of WorkspaceReaders.
const (
	WorkspaceReadersOwners WorkspaceReaders = iota // Owners; other callers get 403
	WorkspaceReadersOwn                            // all callers; Editors and Viewers see their own workspace
	WorkspaceReadersAll                            // all callers; each caller sees all workspaces
)

// Options configures a Simulator. The zero value is a service with DialectLenient and the workspaces red, green and blue, on
// the real clock, without latency or limits. ListedSecrets and all fields after it select behavior of EGS that is not
// documented.
type Options struct {
	simulation.Options

	// Dialect selects the names that the API uses. Defaults to DialectLenient.
	Dialect Dialect
	// TokenTTL is the lifetime of the access tokens of keys without Key.TokenTTL. Defaults to 900 s.
	TokenTTL time.Duration
	// Workspaces are the workspaces that exist and are ready. Each is on all clusters, and has a namespace of the same name.
	// Nil means red, green and blue; an empty slice means none.
	Workspaces []string
	// Clusters are the registered clusters. Nil means worker-1 and worker-2.
	Clusters []string
	// Nodes are the nodes with GPUs. Nil means two on each cluster, each with two A100 GPUs; an empty slice means none.
	Nodes []Node
	// Keys is the number of keys that exist at the start, in addition to the Owner key. These keys are spread over all
	// workspaces and roles.
	Keys int

	ListedSecrets      ListedSecrets
	KeyIDs             KeyIDs
	UserNameCase       UserNameCase
	UnfilteredList     UnfilteredList
	DeleteBody         DeleteBody
	WorkspaceDeletion  WorkspaceDeletion
	EmptyKeyList       EmptyList
	EmptyWorkspaceList EmptyList
	EmptyInventory     EmptyList
	WorkspaceReaders   WorkspaceReaders
	// OwnersBound binds an Owner key to the workspace that the key names. Without OwnersBound, the key has all permissions.
	OwnersBound bool
	// UnknownWorkspaceWithoutGPUs returns an empty inventory for an unknown workspace, instead of a refusal.
	UnknownWorkspaceWithoutGPUs bool
	// EmptyDescriptions leaves the description of every listed workspace empty.
	EmptyDescriptions bool
	// ValidityAsTimestamp lists `2026-11-21` as `2026-11-21T00:00:00Z`.
	ValidityAsTimestamp bool
	// OmitEmptyMembers omits an empty `description` or `workspaceName` in list entries, instead of listing it as "".
	OmitEmptyMembers bool
	// HideExpiredKeys omits expired keys in lists.
	HideExpiredKeys bool
	// ExpiryExclusive makes a key expire at the start of its last day instead of the end of that day.
	ExpiryExclusive bool
	// ExpiryZone is the time zone of dates. Defaults to UTC.
	ExpiryZone *time.Location
	// PastDateStatus and UnknownRoleStatus are the statuses for a key with a past date or an unknown role.
	// UnknownClusterStatus is the status for any object with an unknown cluster. All default to 422.
	PastDateStatus, UnknownRoleStatus, UnknownClusterStatus int
	// UnknownWorkspaceStatus is the status for the key, kubeconfig or inventory of an unknown workspace. DeleteUnknownStatus
	// and DeleteUnknownWorkspaceStatus are the statuses for the delete of an unknown key or workspace. All default to 404.
	UnknownWorkspaceStatus, DeleteUnknownStatus, DeleteUnknownWorkspaceStatus int
	// UnreadyStatus is the status for the kubeconfig or inventory of a workspace that is not ready. ActiveGPRsStatus is the
	// status for the delete of a workspace with active GPU requests. Both default to 500, as recorded for other refusals of
	// the gateway.
	UnreadyStatus, ActiveGPRsStatus int
	// FlatErrors puts the text of a refusal into the envelope's `message`, with the `status` "Error" and an empty `errorKey`,
	// as the documentation of 1.15 shows for a 409. Otherwise, `message`, `status` and `errorKey` are "UNKNOWN", and the text
	// is in the JSON of `error.data`.
	FlatErrors bool
	// MistypedAsMalformed selects the status for a log-in with a text that does not have the form of a key. If true, the
	// status is 400, as for a key with a malformed Kubernetes Secret. Otherwise, the status is 401, as for an unknown key.
	MistypedAsMalformed bool
	// SecretNames lists the workspace and the date of keys as `sliceName` and `validUntil`, as in the Kubernetes Secrets,
	// instead of `workspaceName` and `validity`. EGS before 1.12 may do this.
	SecretNames bool
	// OpaqueTokens issues tokens that are not JSON Web Tokens.
	OpaqueTokens bool

	// WorkspaceDelay is the time, by the simulator's clock, until a new workspace is listed and has a kubeconfig.
	// WorkspaceListsUntilReady is the minimum number of lists that omit a new workspace. KubeConfigsUntilReady is the minimum
	// number of refused requests for the kubeconfig or inventory of a new workspace.
	WorkspaceDelay                                  time.Duration
	WorkspaceListsUntilReady, KubeConfigsUntilReady int
	// WorkspaceDeletionDelay applies to a workspace that was deleted through the API: for this time, by the simulator's
	// clock, the workspace is still listed and its name cannot be used. WorkspaceListsUntilDeleted is the minimum number of
	// lists that still show the deleted workspace.
	WorkspaceDeletionDelay     time.Duration
	WorkspaceListsUntilDeleted int

	// EmptyGPRList is the response to a list without GPR templates or bindings.
	EmptyGPRList EmptyList
	// GPRConflictStatus is the status for a create of a GPR template with an existing name, or of a second binding of a
	// workspace. Defaults to 409. If it is 200, the create overwrites the existing object. UnknownGPRStatus is the status for
	// a get, update or delete of an unknown template or binding. Defaults to 404.
	GPRConflictStatus, UnknownGPRStatus int
	// TemplateInUseStatus is the status for the delete of a GPR template that a binding uses. If it is 0, the delete
	// succeeds.
	TemplateInUseStatus int
	// GPRChangesMerge keeps the idle timeout and the GPU sharing mode of a GPR template if an update omits these values.
	// Otherwise, an update replaces the template.
	GPRChangesMerge bool
	// MaxPriority limits the stored priority of GPR templates; 0 means no limit.
	MaxPriority int64
	// NormalizeDurations lists the durations of GPR templates in the form of time.Duration.String: `1h` as `1h0m0s`.
	NormalizeDurations bool
	// OwnBindingNames names bindings `binding-WORKSPACE` instead of `WORKSPACE`.
	OwnBindingNames bool
	// NoTemplateStatus omits the statuses of templates in bindings.
	NoTemplateStatus bool
}

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
	o.GPRConflictStatus = cmp.Or(o.GPRConflictStatus, http.StatusConflict)
	o.UnknownGPRStatus = cmp.Or(o.UnknownGPRStatus, http.StatusNotFound)
	o.UnreadyStatus = cmp.Or(o.UnreadyStatus, http.StatusInternalServerError)
	return o
}
