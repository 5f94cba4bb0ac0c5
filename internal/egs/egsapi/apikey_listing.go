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

// APIKeys lists the keys of one workspace, or with "" all that the credentials may see: see apiclient.Listings.Fresh.
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
	// A controller that does not know the filter returns every key.
	return c.keys.Fill(l, func(key *APIKey) bool { return key.WorkspaceName == workspace }), nil
}

// refusesAsEmpty says whether a 404 in any words is how EGS says that there are no keys. A wrong base URL responds so too, but
// lists no workspaces.
func (c *Client) refusesAsEmpty(ctx context.Context) bool {
	if c.tokens.renewable() {
		return false
	}
	_, err := c.workspaces.Get(ctx, "")
	return err == nil
}

// leftLooks is how many listings, with pauses of 8 to 16 s together, show that a workspace still has keys.
const leftLooks = 6

// APIKeysLeft is APIKeys for a workspace that is to have none: while a list shows some, another is requested, over some
// seconds, since lists may lag behind what another provider configuration has deleted.
func (c *Client) APIKeysLeft(ctx context.Context, workspace string) (*APIKeyList, error) {
	for look := 1; ; look++ {
		list, err := c.APIKeys(ctx, workspace)
		if err != nil || len(list.Items) == 0 || look == leftLooks || c.keys.Pause(ctx, look) != nil {
			return list, err
		}
		c.keys.Changed() // The next listing is another one.
	}
}

// APIKey finds a key in the list. The error is ErrNotFound only where it is proven that the key does not exist: see
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
		Unseen: func(l *apiclient.Listing[APIKey]) error {
			return cmp.Or(c.sees(l, ref), c.mayBeBound(l, ref.WorkspaceName), unrecognizable(l, ref.ID))
		},
	}
}

// unrecognizable returns an error where the listing may show the key, but not so that it can be told: it has neither secrets
// nor ids that are the MD5 of one, as that of the key is.
func unrecognizable(l *apiclient.Listing[APIKey], id string) error {
	for i := range l.Items {
		if key := &l.Items[i]; key.Secret == "" && !md5Sum.MatchString(key.ID) && md5Sum.MatchString(id) {
			return &Error{Op: opList, Err: ErrUnseen, Message: "the list hides secrets, and its ids are not derived from them, unlike the id of the key; " +
				"remove the key from the state (terraform state rm) and import it by the id that EGS shows"}
		}
	}
	return nil
}

// sees returns an error where the credentials do not, or may not, see such a key, so that a list without it proves
// nothing. What they see is known from the token or, if that is opaque, from the listing: the key that the client logs in
// with, or keys that only credentials see that would see this one too.
func (c *Client) sees(l *apiclient.Listing[APIKey], ref KeyRef) error {
	bound, known := c.tokens.claims().boundTo()
	if !known {
		bound, known = c.boundBy(l, ref)
	}
	if known && (bound == "" || (bound == ref.WorkspaceName && ref.Role != roleOwner)) {
		return nil
	}
	message := "it is not known which keys the provider's credentials see; use an API key instead of an access token"
	if known {
		message = fmt.Sprintf("the provider's credentials are bound to the workspace %q and do not see Owner keys or the keys outside it; "+
			"use an Owner key, or one of the right workspace", bound)
	}
	return &Error{Op: opList, Err: ErrUnseen, Message: message}
}

// boundBy is the workspace that a listing shows the credentials to be bound to.
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

// mayBeBound returns an error where a list of an Owner shows keys of one other workspace only. Whether an Owner key that names
// a workspace is bound to it is not known: such a key is treated as able to do everything, but its list proves no absence.
func (c *Client) mayBeBound(l *apiclient.Listing[APIKey], workspace string) error {
	if len(l.Items) == 0 || c.tokens.claims().account() == adminAccount {
		return nil
	}
	only := l.Items[0].WorkspaceName
	if only == "" || only == workspace || slices.ContainsFunc(l.Items, func(key APIKey) bool { return key.WorkspaceName != only }) {
		return nil
	}
	return &Error{Op: opList, Err: ErrUnseen, Message: fmt.Sprintf(
		"the provider's credentials see keys of the workspace %q only, and may be bound to it; use an Owner key without a workspace", only)}
}

// roleOwner is the role that is not bound to a workspace.
const roleOwner = "Owner"

// keyListings are the listings by workspace, "" for the unfiltered one.
type keyListings struct {
	apiclient.Listings[APIKey]
	// unfiltered is whether these credentials may list without a filter; nil before it is known.
	unfiltered atomic.Pointer[bool]
}

// filter is the workspace that a listing is to be filtered by so that it holds the keys of this one: none, unless the
// controller refuses the unfiltered list to these credentials. One request then serves all workspaces.
func (l *keyListings) filter(ctx context.Context, workspace string) (string, error) {
	if workspace == "" {
		return "", nil
	}
	known := l.unfiltered.Load()
	if known == nil {
		_, err := l.Ever(ctx, "") // One listing tells all who ask at once, also after the first of them has written.
		if err != nil && !refusesListing(err) {
			// Whoever asks has its own rule about failures that are shared.
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

// fetchKeys sends the list request. The filter has two names, that of the SDK and that of the REST page. A controller
// ignores the one it does not know, so that one request serves both kinds. One that refuses it instead gets each name
// alone.
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
		c.keys.unfiltered.Store(nil) // It was not about the filter.
	case err != nil:
	case isEmptyList(l.Refusal):
		l.Refusal = nil
	case workspace == "" && l.Inferred && c.tokens.renewable():
		l.Silent = fmt.Errorf("it is empty, although the provider's own API key exists (%w)", ErrNotEGS)
	}
	return l, err
}

// fetch sends a list request. A 404 may mean that there is nothing.
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
		return nil, c.conn.Unlisted(r, err)
	}
	return l, nil
}

// isEmptyList says whether a 404 proves that there are no keys. Only the words of the SDK do ("No API Keys found"): a
// wrong base URL or a controller that lost its cluster responds 404 too, and must not make every key look deleted.
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
