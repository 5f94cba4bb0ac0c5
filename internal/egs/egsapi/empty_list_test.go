// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// emptyLists are the possible responses to a list request if no keys or workspaces exist. EGS does not document which of
// these responses it sends.
var emptyLists = map[string]egssim.EmptyList{
	"usual": egssim.EmptyListUsual, "array": egssim.EmptyListArray, "null": egssim.EmptyListNull, "missing": egssim.EmptyListMissing,
	"null data": egssim.EmptyListNullData, "no data": egssim.EmptyListNoData, "404": egssim.EmptyListNotFound,
}

// withoutKeys returns a controller without keys, and a client with the administrator's token.
func withoutKeys(t *testing.T, form egssim.EmptyList) (*controller, *egsapi.Client) {
	t.Helper()
	c := start(t, egssim.Options{EmptyKeyList: form, EmptyWorkspaceList: form, Workspaces: []string{}, WorkspaceListsUntilReady: 2})
	for _, key := range c.Keys() {
		c.DeleteKey(key.ID)
	}
	return c, c.administrator()
}

// TestClient_first creates the first key and the first workspace.
func TestClient_first(t *testing.T) {
	t.Parallel()
	first := egsapi.NewAPIKey{Name: "first", Role: "Owner", UserName: "admin", ValidUntil: "2027-01-01"}
	for name, form := range emptyLists {
		for _, isLost := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " ", isLost), func(t *testing.T) {
				t.Parallel()
				c, client := withoutKeys(t, form)
				if isLost {
					c.Fail(lost, lostWorkspace)
				}
				key, err := client.CreateAPIKey(t.Context(), first)
				if err != nil || key.Adopted != isLost || len(c.Keys()) != 1 || key.Secret != c.Secret(key.ID) {
					t.Errorf("got %+v, %v", key, err)
				}
				if adopted, err := createWorkspace(t.Context(), client, "a"); err != nil || adopted != isLost {
					t.Errorf("adopted is %t, %v", adopted, err)
				}
				must(t, clienttest.Err(client.AwaitWorkspace(t.Context(), "a", "worker-1")))
			})
		}
	}
}

func TestClient_noKeysIsAnEmptyList(t *testing.T) {
	t.Parallel()
	for name, form := range emptyLists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, client := withoutKeys(t, form)
			got, err := client.APIKeys(t.Context(), "")
			if form == egssim.EmptyListNotFound {
				// A wrong base URL gives the same response, so the client cannot treat it as an empty list.
				if e := asError(t, err); e.Status != http.StatusNotFound || e.Message != "Resource not found" {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || len(got.Items) != 0 || got.Unreadable != 0 {
				t.Errorf("got %v, %v", got, err)
			}
			before := c.Count("GET", listPath)
			_, err = client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"})
			if e := asError(t, err); !errors.Is(err, egsapi.ErrNotFound) || e.IsUnexpected() || e.Error() != "list API keys: no key has the id 1" {
				t.Errorf("got %v", err)
			}
			// Only the usual 404 and an empty array prove that a key does not exist. EGS may send the other forms after it loses its
			// cluster.
			isProof := form == egssim.EmptyListUsual || form == egssim.EmptyListArray
			if looks := c.Count("GET", listPath) - before; isProof != (looks == 0) || (!isProof && looks != 5) {
				t.Errorf("%d more lists", looks)
			}
		})
	}
}

// A 404 with any text is an empty list of keys if the list of workspaces shows that the base URL is right.
func TestClient_notFoundWithListedWorkspaces(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{EmptyKeyList: egssim.EmptyListNotFound})
	client := c.withToken()
	for _, key := range c.Keys() {
		c.DeleteKey(key.ID)
	}
	if got, err := client.RemainingAPIKeys(t.Context(), "red"); err != nil || len(got.Items) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := client.APIKey(t.Context(), egsapi.KeyRef{ID: "1"}); errors.Is(err, egsapi.ErrNotFound) {
		t.Error("the 404 is accepted as a proof that the key does not exist")
	}
	if _, err := client.CreateAPIKey(t.Context(), newKey("ci")); err != nil {
		t.Fatal(err)
	}
	c.DeleteKey(c.lastKey()) // The list now returns 404 again, although this client created a key.
	if _, err := client.APIKeys(t.Context(), ""); err == nil {
		t.Error("the list is empty, although this run created a key")
	}
}

// A list that is temporarily empty does not prove that a key no longer exists.
func TestClient_lostCluster(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`null`, `{}`, `{"data":null}`} {
		c := start(t, egssim.Options{})
		ref := c.key("a", "Editor", "red")
		fault := listResponse(data)
		fault.Times = 3
		c.Fail(fault)
		if key, err := c.withToken().APIKey(t.Context(), ref); err != nil || key.ID != ref.ID {
			t.Errorf("%s: got %+v, %v", data, key, err)
		}
	}
}

// A list without the client's own key is incomplete. The client does not request the list again, since that would not help.
func TestClient_listWithoutItsOwnKey(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	ref := c.key("a", "Editor", "red")
	c.Fail(always(listResponse(`{"data":null}`)))
	if _, err := c.owner().APIKey(t.Context(), ref); errors.Is(err, egsapi.ErrNotFound) || !asError(t, err).IsUnexpected() {
		t.Errorf("got %v", err)
	}
	c.Wants(1, "GET", listPath)
	wantErr(t, clienttest.Err(c.withToken().APIKey(t.Context(), ref)), egsapi.ErrNotFound)
	c.Wants(7, "GET", listPath)
}

// If the base URL is wrong, another API may respond with 404 in a similar envelope. Such a response is neither an empty list nor
// a proof that a key does not exist.
func TestClient_wrongBaseURLIsNotAnEmptyList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	for _, token := range []string{"", c.Token(c.OwnerKey())} {
		client := c.connect(egsapi.Config{Endpoint: c.URL.JoinPath("wrong"), AccessToken: token})
		for _, ref := range []egsapi.KeyRef{{ID: "1"}, {ID: "1", WorkspaceName: "red"}} {
			_, err := client.APIKey(t.Context(), ref)
			e := asError(t, err)
			if e.Status != http.StatusNotFound || errors.Is(err, egsapi.ErrNotFound) || !strings.Contains(e.Message, "/wrong/api/v1/") {
				t.Errorf("got %v", err)
			}
		}
		if e := asError(t, client.DeleteAPIKey(t.Context(), egsapi.KeyRef{ID: "1", Secret: "2"})); e.Status != http.StatusNotFound {
			t.Errorf("got %v", e)
		}
	}
}

// The text that means an empty list may be nested in the error.data of the 404.
func TestClient_nestedTextOfAnEmptyList(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(clienttest.Of("GET", listPath, clienttest.Status(404, `{"statusCode":404,"status":"NOT_FOUND","message":"UNKNOWN","error":{"data":`+
		`"{\"error\":{\"Message\":\"No API keys found.\"}}"}}`)))
	wantErr(t, clienttest.Err(c.owner().APIKey(t.Context(), egsapi.KeyRef{ID: "1"})), egsapi.ErrNotFound)
}

func TestClient_differentStatusCodeIsAFailure(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	c.Fail(simulation.Fault{
		Path: listPath, Kind: simulation.FaultStatus, Status: http.StatusOK,
		Body: `{"statusCode":500,"status":"INTERNAL","message":"etcd is down"}`,
	})
	_, err := c.owner().APIKeys(t.Context(), "")
	if e := asError(t, err); e.Status != 500 || e.Message != "etcd is down" || e.IsUnexpected() {
		t.Errorf("got %#v", e)
	}
}
