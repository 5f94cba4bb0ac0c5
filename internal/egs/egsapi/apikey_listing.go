// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// APIKeyList is a list of keys, sorted by workspace, name and id.
type APIKeyList = apiclient.List[APIKey]

func compareKeys(a, b APIKey) int {
	return cmp.Or(cmp.Compare(a.WorkspaceName, b.WorkspaceName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// APIKeys returns the keys of a workspace. If workspace is "", APIKeys returns all keys that the credentials can see. See
// apiclient.Listings.Fresh.
func (c *Client) APIKeys(ctx context.Context, workspace string) (*APIKeyList, error) {
	l, err := c.keys.Fresh(ctx, workspace)
	if err != nil {
		return nil, err
	}
	if workspace == "" {
		return c.keys.Fill(l, nil), nil
	}
	if err := c.sees(l, KeyRef{WorkspaceName: workspace}); err != nil {
		return nil, err
	}
	// An EGS that does not know the filter returns all keys.
	return c.keys.Fill(l, func(key *APIKey) bool { return key.WorkspaceName == workspace }), nil
}

// refusesAsEmpty reports whether a 404 from the list of keys means that there are no keys, whatever its text is. A wrong base
// URL also causes a 404, but then the list of workspaces fails too, and refusesAsEmpty returns false. It also returns false
// if the client logs in with an API key, because that key exists.
func (c *Client) refusesAsEmpty(ctx context.Context) bool {
	if c.tokens.renewable() {
		return false
	}
	_, err := c.workspaces.Get(ctx, "")
	return err == nil
}

// leftLooks is how many times RemainingAPIKeys requests the list before it returns the keys that still exist. The pauses
// between these requests take 8 to 16 s in total.
const leftLooks = 6

// RemainingAPIKeys is like APIKeys, for a workspace whose keys were deleted. While the list shows keys, RemainingAPIKeys
// requests the list again for some seconds, since lists may still show keys that another provider configuration has deleted.
func (c *Client) RemainingAPIKeys(ctx context.Context, workspace string) (*APIKeyList, error) {
	for look := 1; ; look++ {
		list, err := c.APIKeys(ctx, workspace)
		if err != nil || len(list.Items) == 0 || look == leftLooks || c.keys.Pause(ctx, look) != nil {
			return list, err
		}
		c.keys.Changed() // So that APIKeys requests another listing.
	}
}

// APIKey returns a key from the list. The error is ErrNotFound only if the key is proven not to exist: see
// apiclient.Listings.Find.
func (c *Client) APIKey(ctx context.Context, ref KeyRef) (*APIKey, error) {
	return c.keys.Find(ctx, c.ref(ref))
}

func (c *Client) ref(ref KeyRef) apiclient.Ref[APIKey] {
	return apiclient.Ref[APIKey]{
		ID: ref.ID, Filter: ref.WorkspaceName, Created: ref.Created,
		Match: func(key *APIKey) bool {
			return key.Secret != "" && (key.Secret == ref.Secret || ref.Secret == "" && APIKeyID(key.Secret) == ref.ID)
		},
		NotVisible: func(l *apiclient.Listing[APIKey]) error {
			return cmp.Or(c.sees(l, ref), c.mayBeBound(l, ref.WorkspaceName), unrecognizable(l, ref.ID))
		},
	}
}

// unrecognizable returns an error if the listing may show the key in a form that the client cannot recognize. This is the
// case if the parameter id is an MD5, and an entry has neither a secret nor an MD5 as its id.
func unrecognizable(l *apiclient.Listing[APIKey], id string) error {
	for i := range l.Items {
		if key := &l.Items[i]; key.Secret == "" && !md5Sum.MatchString(key.ID) && md5Sum.MatchString(id) {
			return &Error{Op: opList, Err: ErrNotVisible, Message: "the list shows neither secrets nor ids that are derived from them, so " +
				"the provider cannot identify the key; " +
				"remove the key from the state (terraform state rm) and import it by the id that EGS shows"}
		}
	}
	return nil
}

// sees returns an error if the credentials may be unable to see the key. Then a list without the key does not prove that the
// key does not exist. The token shows what the credentials can see. If the token is opaque, sees infers this from the
// listing: from the key with which the client logs in, or from keys that only credentials with access to the wanted key can
// see.
func (c *Client) sees(l *apiclient.Listing[APIKey], ref KeyRef) error {
	bound, known := c.tokens.claims().boundTo()
	if !known {
		bound, known = c.boundBy(l, ref)
	}
	if known && (bound == "" || (bound == ref.WorkspaceName && ref.Role != roleOwner)) {
		return nil
	}
	message := "it is unknown which keys the provider's credentials can see; use an API key instead of an access token"
	if known {
		message = fmt.Sprintf("the provider's credentials are bound to the workspace %q and cannot see Owner keys or keys outside it; "+
			"use an Owner key, or an Editor key of the key's workspace", bound)
	}
	return &Error{Op: opList, Err: ErrNotVisible, Message: message}
}

// boundBy infers from a listing which workspace the credentials are bound to. bound is "" if the credentials are not bound to
// a workspace. known is false if the listing does not show whether the credentials are bound.
func (c *Client) boundBy(l *apiclient.Listing[APIKey], ref KeyRef) (bound string, known bool) {
	workspaces := map[string]bool{}
	for i := range l.Items {
		switch key := &l.Items[i]; {
		case key.Role == roleOwner:
			return "", true
		case c.IsOwn(key):
			return key.WorkspaceName, true
		default:
			workspaces[key.WorkspaceName] = true
		}
	}
	switch {
	case len(workspaces) > 1:
		return "", true
	case ref.WorkspaceName != "" && workspaces[ref.WorkspaceName]:
		return ref.WorkspaceName, true
	}
	return "", false
}

// mayBeBound returns an error if all keys of an Owner's listing are in one workspace, and this workspace is not the parameter
// workspace. EGS does not document whether an Owner key that names a workspace is bound to that workspace. The client treats
// such a key as one with all permissions, but does not accept such a listing as proof that the wanted key does not exist.
func (c *Client) mayBeBound(l *apiclient.Listing[APIKey], workspace string) error {
	if len(l.Items) == 0 || c.tokens.claims().account() == adminAccount {
		return nil
	}
	only := l.Items[0].WorkspaceName
	if only == "" || only == workspace || slices.ContainsFunc(l.Items, func(key APIKey) bool { return key.WorkspaceName != only }) {
		return nil
	}
	return &Error{Op: opList, Err: ErrNotVisible, Message: fmt.Sprintf(
		"the provider's credentials can see only keys of the workspace %q, and may be bound to it; use an Owner key without a workspace", only)}
}

// roleOwner is the role whose keys are normally not bound to a workspace. For the exception see mayBeBound.
const roleOwner = "Owner"

// keyListings caches the listings by workspace. The workspace of the unfiltered listing is "".
type keyListings struct {
	apiclient.Listings[APIKey]
	// unfiltered is whether the credentials are allowed to list without a filter, or nil while unknown.
	unfiltered atomic.Pointer[bool]
}

// filter returns the filter of the listing that contains the keys of a workspace. Normally the filter is "" (unfiltered),
// because one unfiltered request serves all workspaces. If EGS refuses the unfiltered list to these credentials, the filter
// is the workspace.
func (l *keyListings) filter(ctx context.Context, workspace string) (string, error) {
	if workspace == "" {
		return "", nil
	}
	known := l.unfiltered.Load()
	if known == nil {
		_, err := l.GetAnyAge(ctx, "") // Concurrent callers share one listing, even if a caller has changed keys since.
		if err != nil && !refusesListing(err) {
			// The caller requests the unfiltered listing itself, and handles the error.
			return "", ctx.Err()
		}
		allowed := err == nil
		known = &allowed
		l.unfiltered.Store(known)
	}
	if *known {
		return "", nil
	}
	return workspace, nil
}

func refusesListing(err error) bool {
	return apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity)
}

// fetchKeys sends the list request. The SDK and the REST page use different names for the filter. The first request has both
// names, since EGS normally ignores an unknown parameter. If EGS refuses this request, fetchKeys sends each name alone.
func (c *Client) fetchKeys(ctx context.Context, workspace string, _ bool) (l *apiclient.Listing[APIKey], err error) {
	queries := []url.Values{nil}
	if workspace != "" {
		sdk, rest := url.Values{"workspaceName": {workspace}}, url.Values{"workspace": {workspace}}
		queries = []url.Values{{"workspaceName": {workspace}, "workspace": {workspace}}, sdk, rest}
	}
	for _, query := range queries {
		l, err = fetch(ctx, c, opList, "/api/v1/api-key/list", query, decodeListing)
		if !apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
			break
		}
	}
	if err == nil {
		c.conn.Secrets.LearnListed(workspace, apiclient.SecretsOf(l, func(key *APIKey) string { return key.Secret }))
	}
	switch {
	case err != nil && workspace != "" && refusesListing(err):
		c.keys.unfiltered.Store(nil) // The filtered list is refused too, so the first refusal was not for lack of a filter.
	case err != nil:
	case isEmptyList(l.Refusal):
		l.Refusal = nil
	case workspace == "" && l.Inferred && c.tokens.renewable():
		l.Inconclusive = fmt.Errorf("it is empty, although the provider's own API key exists (%w)", ErrUnexpectedResponse)
	}
	return l, err
}

// fetch sends a list request. A 404 may mean that the list is empty. So fetch returns a 404 in the field Refusal of the
// listing, not as an error.
func fetch[T any](
	ctx context.Context, c *Client, op, path string, query url.Values,
	decode func(data json.RawMessage, most int) (*apiclient.Listing[T], error),
) (*apiclient.Listing[T], error) {
	r := c.request(op, http.MethodGet, path)
	r.Query, r.Repeatable, r.List = query, true, true
	data, err := c.call(ctx, r)
	if apiclient.IsStatus(err, http.StatusNotFound) {
		return &apiclient.Listing[T]{Refusal: err}, nil
	}
	if err != nil {
		return nil, err
	}
	l, err := decode(data, c.conn.MaxEntries())
	if err != nil {
		return nil, c.conn.ListFailed(r, err)
	}
	return l, nil
}

// isEmptyList reports whether a 404 proves that there are no keys. Only a 404 with the text of the SDK, "No API Keys found",
// proves this. A wrong base URL or an EGS installation that lost its cluster also causes a 404, and must not make all keys
// look deleted.
func isEmptyList(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	for text := range strings.SplitSeq(e.Message, ": ") {
		if strings.EqualFold(strings.TrimRight(text, "."), "No API Keys found") {
			return true
		}
	}
	return false
}
