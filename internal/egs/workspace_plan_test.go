// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// EGS neither returns nor changes username and email: a change updates the state, with a warning.
func TestAccWorkspaceResource_userChanges(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	d := c.Driver(teamA(""))
	d.Must(d.Apply(driver.Options{}))
	c.ResetJournal()
	d.Config = strings.NewReplacer(`"rosa"`, `"otto"`, "rosa@", "otto@").Replace(teamA(""))
	told := d.Must(d.Plan(driver.Options{})).Text()
	d.Must(d.Apply(driver.Options{}))
	acctest.WantText(t, told, `Warning: EGS is not told the new username of workspace "team-a"`, 1)
	acctest.WantText(t, told, `only the state changes, from "rosa@example.com" to "otto@example.com"`, 1)
	if c.Requests(deleteWorkspace)+c.Requests(createWorkspace) != 0 {
		t.Error("the workspace was replaced")
	}
	suite.WantEmptyPlan(t, d)
	d.Must(d.Destroy())
}

// A plan that replaces a workspace tells what is deleted with it.
func TestAccWorkspaceResource_replacementIsWarnedOf(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	d := c.Driver(teamAOn(`"worker-1"`, ""))
	d.Must(d.Apply(driver.Options{}))
	d.Config = teamAOn(`"worker-2"`, "")
	acctest.WantText(t, d.Must(d.Plan(driver.Options{})).Text(), `Warning: EGS workspace "team-a" will be replaced`, 1)
	d.Must(d.Destroy())
}

// deletion_protection makes a plan that destroys or replaces the workspace fail.
func TestAccWorkspaceResource_deletionProtection(t *testing.T) {
	t.Parallel()
	c := simulateEmpty(t, egssim.Options{})
	d := c.Driver(teamAOn(`"worker-1"`, "deletion_protection = true"))
	d.Must(d.Apply(driver.Options{}))
	suite.WantEmptyPlan(t, d)
	acctest.WantText(t, d.Fails(d.Destroy()), `Error: EGS workspace "team-a" is protected`, 1)
	d.Config = teamAOn(`"worker-2"`, "deletion_protection = false")
	acctest.WantText(t, d.Fails(d.Plan(driver.Options{})), `Error: EGS workspace "team-a" is protected`, 1)
	c.wantWorkspaces("team-a")
	d.Config = teamAOn(`"worker-1"`, "deletion_protection = false")
	d.Must(d.Apply(driver.Options{}))
	d.Must(d.Destroy())
	c.wantWorkspaces()
}
