// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// TestAccAPIKeyResource_otherIDs checks the life cycle of a key and the protection of the provider's own key if the ids are not
// lowercase MD5 hashes of the secrets.
func TestAccAPIKeyResource_otherIDs(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string]egssim.KeyIDs{"upper case": egssim.KeyIDsUpper, "of their own": egssim.KeyIDsOwn} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{KeyIDs: ids})
			c.Run(
				suite.Step(viewerKey("")),
				suite.Step(viewerKey(""), suite.Unchanged),
				suite.Step(viewerKey("store_api_key = false"), testKey.Updates),
				suite.Step(viewerKey("store_api_key = false\n  description = \"successor\""), testKey.Replaces()),
			)
			c.WantDestroyed()

			own := ownKey("Handed out by the simulator when it started")
			id := c.Keys()[0].ID
			c.Run(
				suite.Step(suite.ImportBlock(string(testKey), id)+own, testKey.Stays),
				suite.Step(own, suite.Destroys, suite.Fails(`Unable to delete the provider's own EGS API key`)),
				suite.Step(ownKey("changed"), suite.Fails(`Unable to delete the provider's own EGS API key`)),
				suite.Step(suite.Removed(string(testKey))),
			)
			c.RunFrom(tfversion.Version1_14_0, revocation.Step(`role = "Owner"`, suite.Fails(`logs in with\s+this\s+key`)))
			if !c.Exists(id) {
				t.Error("the provider's own key was deleted")
			}
		})
	}
}

// TestAccRevokeAPIKeysAction_ownKeyListedAsAnother checks that the action deletes no key if the list is inconsistent. The list
// shows the secret of the provider's own key with another id, shows two keys with the same id, or shows two keys with the same
// secret.
func TestAccRevokeAPIKeysAction_ownKeyListedAsAnother(t *testing.T) {
	t.Parallel()
	const entry = `{"id":"030b514f342dcf5ac94f3f39726c247e","apiKey":%q,"name":"ci","role":"Viewer","workspaceName":"red","validity":"2027-01-01"}`
	for name, list := range map[string]func(own, other string) string{
		"as another key": func(own, _ string) string { return fmt.Sprintf(entry, own) },
		"twice":          func(own, other string) string { return fmt.Sprintf(entry+","+entry, own, other) },
		// The entry "ci" has the secret of the key "other". EGS deletes a key by its secret, so revoking "ci" would delete
		// "other".
		"secret of a key": func(_, other string) string {
			return fmt.Sprintf(entry+`,{"id":"7","apiKey":%q,"name":"other","role":"Owner","validity":"2027-01-01"}`, other, other)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			other, secret := c.issue(egssim.Key{Name: "other", Role: "Owner", Validity: "2027-01-01"})
			c.FailAt(responds(successBody(`"data":[`+list(c.OwnerKey(), secret)+`]`)), listKeys)
			d := c.Driver(revocation.Config(`name = "ci"`) + suite.Trigger("egs_revoke_api_keys", "after_create", `"x"`))
			d.Apply(driver.Options{})
			if n := c.Requests(deleteKey); n != 0 || !c.Exists(other) {
				t.Errorf("%d deletes were sent", n)
			}
		})
	}
}

// TestAccTemporaryAPIKeyEphemeral_responseWithOwnKey checks that the provider does not delete its own key if the response to the
// create of a temporary key contains the secret of the own key.
func TestAccTemporaryAPIKeyEphemeral_responseWithOwnKey(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	response := responds(fmt.Sprintf(`{"statusCode":200,"status":"OK","message":"Success","data":{"apiKey":%q}}`, c.OwnerKey()))
	c.FailAt(response, createKey)
	d := c.Driver(temporary)
	acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "existed before", 1)
	if !c.Exists(c.Keys()[0].ID) || c.Requests(deleteKey) != 0 {
		t.Error("the provider's own key was deleted")
	}
}

// responds returns a fault that gives the next 99 requests a successful response with this body.
func responds(body string) simulation.Fault {
	return simulation.Fault{Kind: simulation.FaultStatus, Status: 200, Body: body, Times: 99}
}

// The list masks secrets, and the ids are not hashes of secrets. A list without the id of a key then does not prove that the key
// was deleted. The plan fails, and the key stays in the state.
func TestAccAPIKeyResource_unrecognizable(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{KeyIDs: egssim.KeyIDsOwn, ListedSecrets: egssim.SecretsMasked})
	d := c.Applied(viewerKey(""))
	acctest.WantText(t, d.Fails(d.Plan(driver.Options{})), "the list shows neither secrets nor ids that are derived from them", 1)
	if n := len(suite.Saved(d, "egs_api_key", "id")); n != 1 {
		t.Errorf("the state has %d keys, want 1", n)
	}
}
