// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// lost drops the responses to successful creates.
var lost = simulation.Fault{Method: "POST", Path: keyPath, Kind: simulation.FaultDropAfterCommit, Times: 100}

// addKey adds a key outside the client, and returns its id.
func (c *controller) addKey(k egsapi.NewAPIKey) string {
	return egsapi.APIKeyID(c.AddKey(egssim.Key{
		Name: k.Name, Role: k.Role, WorkspaceName: k.WorkspaceName, UserName: k.UserName, Validity: k.ValidUntil,
	}))
}

// lastKey returns the id of the most recent key.
func (c *controller) lastKey() string {
	keys := c.Keys()
	return keys[len(keys)-1].ID
}

func TestClient_createSpeaksEveryDialect(t *testing.T) {
	t.Parallel()
	const (
		sdk  = "name role userName validity workspaceName"
		rest = "name role userName validUntil workspaceName"
	)
	for dialect, want := range map[egssim.Dialect][]string{
		egssim.DialectSDK:     {sdk, sdk, sdk, sdk},
		egssim.DialectLenient: {sdk, sdk, sdk, sdk},
		// After the first create, the client knows the member name of the expiry date and sends no other name.
		egssim.DialectREST: {sdk, rest, rest, rest, rest},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{Dialect: dialect})
			client := c.owner()
			for i := range 3 {
				must(t, clienttest.Err(client.CreateAPIKey(t.Context(), newKey(fmt.Sprint(i)))))
			}
			// The client already knows the member name of the expiry date, so it does not send the other name after this
			// refusal.
			past := newKey("past")
			past.ValidUntil = "2026-01-01"
			_, err := client.CreateAPIKey(t.Context(), past)
			if e := asError(t, err); e.Status != 422 || !strings.Contains(e.Message, "2026-01-01 is in the past") {
				t.Errorf("got %v", err)
			}
			if got := c.Members("POST", keyPath); !slices.Equal(got, want) || len(c.Keys()) != 4 {
				t.Errorf("got %d keys by creates with %q, want the Owner key and 3 by %q", len(c.Keys()), got, want)
			}
		})
	}
}

func TestClient_createRefusedInBothDialectsShowsBothTexts(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusUnprocessableEntity} {
		for _, dialect := range []egssim.Dialect{egssim.DialectSDK, egssim.DialectREST} {
			t.Run(fmt.Sprint(status, " ", dialect), func(t *testing.T) {
				t.Parallel()
				c := start(t, egssim.Options{Dialect: dialect, PastDateStatus: status})
				past := newKey("a")
				past.ValidUntil = "2026-01-01"
				_, err := c.owner().CreateAPIKey(t.Context(), past)
				e := asError(t, err)
				for _, want := range []string{"2026-01-01 is in the past", "is not allowed", "`validity`", "`validUntil`"} {
					if !strings.Contains(e.Message, want) {
						t.Errorf("%q is missing in: %v", want, err)
					}
				}
				if creates, keys := c.Count("POST", keyPath), len(c.Keys()); creates != 2 || keys != 1 {
					t.Errorf("%d creates and %d keys, want 2 creates and only the Owner key", creates, keys)
				}
			})
		}
	}
}

func TestClient_sameRefusalInBothDialectsIsShownOnce(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	unknown := newKey("a")
	unknown.Role = "Boss"
	_, err := c.owner().CreateAPIKey(t.Context(), unknown)
	e := asError(t, err)
	if strings.Count(e.Message, "Error creating Api Key") != 1 || !strings.Contains(e.Message, `role "Boss" is not one of`) {
		t.Errorf("got %v", err)
	}
}

// If the response reports a failure or has no secret, the created key is found in the list.
func TestClient_responsesThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]simulation.Fault{
		"400 of 200":           clienttest.Status(400, `{"statusCode":200,"status":"OK","message":"Success","data":{}}`),
		"200 of 401":           clienttest.Status(200, `{"statusCode":401,"status":"OK","message":"Success","data":{}}`),
		"422 of 200":           clienttest.Status(422, `{"statusCode":200,"status":"OK","message":"Success","data":{}}`),
		"a part (206)":         clienttest.Status(206, `{"statusCode":206,"status":"OK","message":"Success","data":{"apiKey":"45338461-ec42-49d2-aef3-ff39099950c5"}}`),
		"error in a success":   clienttest.Status(200, `{"statusCode":200,"status":"OK","message":"Success","error":{}}`),
		"statusCode is absurd": clienttest.Status(200, `{"statusCode":-1,"status":"FAILED","message":"Success"}`),
		"secret is masked":     clienttest.Status(200, `{"statusCode":200,"status":"OK","message":"Success","data":{"apiKey":"********"}}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, egssim.Options{}, clienttest.Replace(on("POST", keyPath), test.Status, func() string { return test.Body }))
			key, err := c.owner().CreateAPIKey(t.Context(), newKey("a"))
			if err != nil || !key.Adopted || key.Secret != c.Secret(key.ID) || c.Count("POST", keyPath) != 1 {
				t.Errorf("%d creates, %v", c.Count("POST", keyPath), err)
			}
		})
	}
}

// If keys that existed before the create are equal to the adopted key, they are reported as its duplicates.
func TestClient_lostKeyIsAdoptedAmongOthers(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{Keys: 20})
	k := newKey("a")
	before := []string{c.addKey(k), c.addKey(k), c.addKey(k)}
	c.Fail(lost)
	key, err := c.owner().CreateAPIKey(t.Context(), k)
	if err != nil || !key.Adopted || key.Secret != c.Secret(key.ID) || key.TokenTTLSeconds != 900 || !slices.Equal(key.Duplicates, before) {
		t.Errorf("got %+v, %v", key, err)
	}
}

// If a key matches the request only in part, or its secret is lost, the error lists the key as a candidate.
func TestClient_uncertainCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options egssim.Options
		// change is a difference between the listed key and the request.
		change map[string]string
	}{
		"secrets are masked":  {options: egssim.Options{ListedSecrets: egssim.SecretsMasked}},
		"secrets are omitted": {options: egssim.Options{ListedSecrets: egssim.SecretsOmitted}},
		"name is trimmed":     {change: map[string]string{"name": "a"}},
		"name in upper case":  {change: map[string]string{"name": " A"}},
		"no workspace":        {change: map[string]string{"workspaceName": ""}},
		"another user":        {change: map[string]string{"userName": "root"}},
		"another description": {change: map[string]string{"description": "as the service has it"}},
		"another date":        {change: map[string]string{"validity": "2027-01-02"}},
		"another role":        {change: map[string]string{"role": "Viewer"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *controller
			c = start(t, test.options, clienttest.Lose(on("POST", keyPath), func() {
				if err := c.ChangeKey(c.lastKey(), test.change); err != nil {
					t.Error(err)
				}
			}))
			_, err := c.owner().CreateAPIKey(t.Context(), newKey(" a"))
			e := asError(t, err)
			if !errors.Is(err, egsapi.ErrUncertain) || !slices.Equal(e.Candidates, []string{c.lastKey()}) || !e.SentAt.Equal(noon) || c.Count("POST", keyPath) != 1 {
				t.Errorf("got %v after %d creates, candidates %v, sent at %s", err, c.Count("POST", keyPath), e.Candidates, e.SentAt)
			}
			clienttest.WantNoSecret(t, err, c.Secret(c.lastKey()))
		})
	}
}

// If the credentials are not allowed to list keys, the client creates a key without a list of the existing keys. If the list
// fails for another reason, the client creates no key.
func TestClient_createWithoutList(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 422} {
		c := start(t, egssim.Options{})
		list := simulation.Fault{Method: "GET", Path: listPath, Kind: simulation.FaultStatus, Status: status, Times: 100}
		c.Fail(list)
		client := c.owner()
		if key, err := client.CreateAPIKey(t.Context(), newKey("a")); err != nil || key.Secret != c.Secret(key.ID) {
			t.Errorf("%d: got %v", status, err)
		}
		c.Fail(list, lost)
		if _, err := client.CreateAPIKey(t.Context(), newKey("b")); !errors.Is(err, egsapi.ErrUncertain) {
			t.Errorf("%d: got %v", status, err)
		}
	}
	c := start(t, egssim.Options{})
	c.Fail(always(clienttest.Of("GET", listPath, clienttest.Status(503, ""))))
	if _, err := c.owner().CreateAPIKey(t.Context(), newKey("a")); asError(t, err).Status != 503 || c.Count("POST", keyPath) != 0 {
		t.Errorf("%d creates, %v", c.Count("POST", keyPath), err)
	}
}

// CreateAPIKey returns the same values as the list, except for values that only the list contains, letter case, and hidden
// secrets.
func TestClient_createdKeyIsAsListed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options         egssim.Options
		role, workspace string
		userName        string
		hidden          bool
	}{
		"Owner":         {role: "Owner"},
		"Viewer":        {role: "Viewer", workspace: "green"},
		"timestamp":     {options: egssim.Options{ValidityAsTimestamp: true}},
		"no members":    {options: egssim.Options{OmitEmptyMembers: true}},
		"user as sent":  {options: egssim.Options{UserNameCase: egssim.UserNameAsSent}, userName: "admin"},
		"sdk dialect":   {options: egssim.Options{Dialect: egssim.DialectSDK}},
		"rest dialect":  {options: egssim.Options{Dialect: egssim.DialectREST}},
		"opaque tokens": {options: egssim.Options{OpaqueTokens: true}},
		"masked":        {options: egssim.Options{ListedSecrets: egssim.SecretsMasked}, hidden: true},
		"omitted":       {options: egssim.Options{ListedSecrets: egssim.SecretsOmitted}, hidden: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, test.options)
			client := c.owner()
			k := newKey("one")
			k.Description = "d"
			if test.role != "" {
				k.Role, k.WorkspaceName = test.role, test.workspace
			}
			created, err := client.CreateAPIKey(t.Context(), k)
			if err != nil || created.Adopted || !created.CreatedAt.Equal(noon) || created.TokenTTLSeconds != 0 ||
				created.ID != egsapi.APIKeyID(created.Secret) || created.SecretHidden != test.hidden {
				t.Fatal(created, err)
			}
			ref := egsapi.KeyRef{ID: created.ID, Secret: created.Secret, WorkspaceName: k.WorkspaceName}
			listed, err := client.APIKey(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			want := created.APIKey
			want.TokenTTLSeconds, want.UserName = 900, cmp.Or(test.userName, "Admin")
			if test.hidden {
				want.Secret = ""
			}
			if *listed != want {
				t.Errorf("created %+v, listed %+v", created.APIKey, *listed)
			}
			if err := client.DeleteAPIKey(t.Context(), ref); err != nil || len(c.Keys()) != 1 {
				t.Error(err)
			}
		})
	}
}

// Duplicates are keys with the same name, role, user (in any letter case) and workspace. Keys that the client created, or
// that were passed to Acknowledge, are not reported as duplicates.
func TestClient_duplicatesOfACreatedKey(t *testing.T) {
	t.Parallel()
	c := start(t, egssim.Options{})
	k := newKey("a")
	duplicate := k
	duplicate.UserName = "ADMIN"
	want := []string{c.addKey(duplicate)}
	for _, change := range []func(*egsapi.NewAPIKey){
		func(k *egsapi.NewAPIKey) { k.Name = "b" },
		func(k *egsapi.NewAPIKey) { k.Role = "Viewer" },
		func(k *egsapi.NewAPIKey) { k.WorkspaceName = "blue" },
		func(k *egsapi.NewAPIKey) { k.UserName = "alice" },
	} {
		other := k
		change(&other)
		c.addKey(other)
	}
	known, deleted := c.addKey(k), c.key(k.Name, k.Role, k.WorkspaceName)
	client := c.owner()
	client.Acknowledge(known, k.WorkspaceName)
	must(t, client.DeleteAPIKey(t.Context(), deleted))
	for range 2 {
		key, err := client.CreateAPIKey(t.Context(), k)
		if err != nil || !slices.Equal(key.Duplicates, want) {
			t.Errorf("got %+v, %v, want the duplicates %v", key, err, want)
		}
	}
}

func TestAPIKeyID(t *testing.T) {
	t.Parallel()
	// This is the example on the REST page.
	if got := egsapi.APIKeyID("45338461-ec42-49d2-aef3-ff39099950c5"); got != "030b514f342dcf5ac94f3f39726c247e" {
		t.Errorf("got %s", got)
	}
}
