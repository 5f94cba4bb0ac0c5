// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// elsewhere points the provider at another controller.
func (c *controller) elsewhere(other *controller) {
	c.Environment["EGS_ENDPOINT"], c.Environment["EGS_API_KEY"] = other.url, other.OwnerKey()
}

// wantElsewhere checks an error about a thing that was last seen at another controller.
func (c *controller) wantElsewhere(told, summary string, other *controller) {
	c.T.Helper()
	acctest.WantText(c.T, told, "Error: "+summary, 1)
	acctest.WantText(c.T, told, "does not exist at "+other.url, 1)
	acctest.WantText(c.T, told, "last seen at "+c.url, 1)
	for _, entry := range other.Journal() {
		if entry.Method == http.MethodDelete || entry.Method == http.MethodPost && entry.Path != "/api/v1/auth" {
			c.T.Errorf("%s %s was sent to another EGS", entry.Method, entry.Path)
		}
	}
}

// TestAccAPIKeyResource_anotherEGS runs commands against an EGS that does not have the key: it is not created there,
// and stays in the state.
func TestAccAPIKeyResource_anotherEGS(t *testing.T) {
	t.Parallel()
	const unable = "Unable to find EGS API key"
	c, other := simulate(t, egssim.Options{}), simulate(t, egssim.Options{})
	d := c.Driver(viewerKey("store_api_key = false"))
	d.Must(d.Apply(driver.Options{}))
	id := c.managed("ci").ID
	c.elsewhere(other)
	for _, command := range []func() *driver.Result{
		func() *driver.Result { return d.Plan(driver.Options{}) },
		func() *driver.Result { return d.Apply(driver.Options{}) },
		d.Refresh,
		d.Destroy,
	} {
		c.wantElsewhere(d.Fails(command()), unable, other)
		c.wantKeys(d, id)
	}

	// Without a refresh, whether the state holds the secret or not.
	c.wantElsewhere(d.Fails(d.Apply(driver.Options{Destroy: true, NoRefresh: true})), "Unable to delete EGS API key", other)
	d.Config = viewerKey("")
	c.wantElsewhere(d.Fails(d.Apply(driver.Options{NoRefresh: true})), "Unable to update EGS API key", other)
	c.Environment["EGS_ENDPOINT"], c.Environment["EGS_API_KEY"] = c.url, c.OwnerKey()
	d.Must(d.Apply(driver.Options{}))
	c.elsewhere(other)
	c.wantElsewhere(d.Fails(d.Apply(driver.Options{Destroy: true, NoRefresh: true})), "Unable to delete EGS API key", other)
	c.wantKeys(d, id)
	if got := len(other.Keys()); got != 1 {
		t.Errorf("the other EGS has %d keys, want its own", got)
	}
}

// TestAccAPIKeyResource_movedEGS has EGS move to another address. Where the key is found there, that address is
// remembered, and a key that does not exist there any more was deleted.
func TestAccAPIKeyResource_movedEGS(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	d := c.Driver(viewerKey(""))
	d.Must(d.Apply(driver.Options{}))
	c.servePrefixed("/egs")
	// A change without a refresh finds it.
	d.Config = viewerKey("store_api_key = false")
	d.Must(d.Apply(driver.Options{NoRefresh: true}))
	d.Config = viewerKey("")
	d.Must(d.Apply(driver.Options{NoRefresh: true}))
	wantEmptyPlan(t, d)
	d.Must(d.Refresh())
	c.DeleteKey(c.managed("ci").ID)
	if got := d.Must(d.Plan(driver.Options{})).Plan.String(); got != testKey+": create" {
		t.Errorf("the plan is %q", got)
	}
}

// TestAccWorkspaceResource_anotherEGS is the same for workspaces.
func TestAccWorkspaceResource_anotherEGS(t *testing.T) {
	t.Parallel()
	c, other := simulateEmpty(t, egssim.Options{}), simulateEmpty(t, egssim.Options{})
	d := c.Driver(teamA(""))
	d.Must(d.Apply(driver.Options{}))
	c.elsewhere(other)
	c.wantElsewhere(d.Fails(d.Apply(driver.Options{})), "Unable to find EGS workspace", other)
	c.wantElsewhere(d.Fails(d.Apply(driver.Options{Destroy: true, NoRefresh: true})), "Unable to delete EGS workspace", other)
	wantResources(t, d, testWorkspace)
	c.wantWorkspaces("team-a")
	other.wantWorkspaces()

	c.Environment["EGS_API_KEY"] = c.OwnerKey()
	c.servePrefixed("/egs")
	wantEmptyPlan(t, d)
	d.Must(d.Apply(driver.Options{Destroy: true, NoRefresh: true}))
	c.wantWorkspaces()
}

// TestAccAPIKeyResource_opaqueTokenOfAnotherWorkspace plans with an access token that does not tell what it is for: a
// key that it does not see is not taken for deleted.
func TestAccAPIKeyResource_opaqueTokenOfAnotherWorkspace(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{OpaqueTokens: true})
	owners := strings.NewReplacer(`"test"`, `"owners"`, `"Viewer"`, `"Owner"`, `"ci"`, `"owners"`).Replace(viewerKey(""))
	d := c.Driver(viewerKey("") + owners)
	d.Must(d.Apply(driver.Options{}))
	saved := savedIDs(d)
	delete(c.Environment, "EGS_API_KEY")
	for _, workspace := range []string{"blue", "red", "green"} {
		_, secret := c.issue(egssim.Key{Name: "editor", Role: "Editor", WorkspaceName: workspace, Validity: "2027-03-31"})
		c.Environment["EGS_ACCESS_TOKEN"] = c.Token(secret)
		told := d.Fails(d.Refresh())
		acctest.WantText(t, told, `Error: Unable to read EGS API key with egs_api_key.owners`, 1)
		if workspace != "red" {
			acctest.WantText(t, told, `Error: Unable to read EGS API key with egs_api_key.test`, 1)
		}
		c.wantKeys(d, saved...)
	}
	c.Environment["EGS_ACCESS_TOKEN"] = c.Token(c.OwnerKey())
	wantEmptyPlan(t, d)
}
