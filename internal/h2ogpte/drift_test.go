// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/suite"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/h2ogpte/h2ogptesim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func TestAccAPIKeyResource_changedOutside(t *testing.T) {
	t.Parallel()
	interval := int64(9)
	changed := func(change func(*h2ogptesim.Key), plan suite.Option) suite.Outside {
		return suite.Outside{Change: func(s *suite.Subject) { of(s).change(change) }, Plan: plan}
	}
	updated := func(from string) suite.Option {
		return suite.All(testKey.Updates, testKey.Changes("inactivity_interval_days", from, "7"))
	}
	apiKeys.RunOutside(t, aliceKey(fmt.Sprintf("collection_id = %q\n  inactivity_interval_days = 7", collection)), map[string]suite.Outside{
		"username": changed(func(key *h2ogptesim.Key) { key.UserName = "bob" }, testKey.Replaces("username")),
		"collection": changed(func(key *h2ogptesim.Key) { key.CollectionID = "6d0c0e9c-1d5a-4f0e-8a5c-5c8c0a5b9b11" },
			testKey.Replaces("collection_id")),
		"inactivity interval":    changed(func(key *h2ogptesim.Key) { key.InactivityIntervalDays = &interval }, updated("9")),
		"no inactivity interval": changed(func(key *h2ogptesim.Key) { key.InactivityIntervalDays = nil }, updated("<nil>")),
		"name of the collection": changed(func(key *h2ogptesim.Key) { key.CollectionName = "papers" }, suite.Unchanged),
		"collection is deleted":  changed(func(key *h2ogptesim.Key) { key.CollectionID, key.CollectionName = "", "" }, suite.Unchanged),
	})
}

func TestAccAPIKeyResource_importBlock(t *testing.T) {
	t.Parallel()
	interval := int64(7)
	for name, config := range map[string]string{
		"by username": aliceKey("expires_in_days = 30\n  inactivity_interval_days = 7"),
		"by user_id": "resource \"egs_h2ogpte_api_key\" \"test\" {\n  user_id = \"6f0b5c1e-0d51-4c2c-9a55-0a3f6d1e7a02\"\n" +
			"  name = \"ci\"\n  expires_in_days = 30\n  inactivity_interval_days = 7\n}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			end := s.Clock.Now().Add(30 * day)
			id := s.issue(h2ogptesim.Key{UserName: "alice", Name: "ci", ExpiresAt: &end, InactivityIntervalDays: &interval})
			s.Clock.Advance(10 * day)
			s.Run(
				suite.Step(suite.ImportBlock(string(testKey), id)+config, testKey.Stays,
					testKey.Has("secret_key", nil), testKey.Has("user_id", s.idOf("alice")), testKey.Has("expires_in_days", 30)),
				// An update in place keeps secret_key null.
				suite.Step(strings.ReplaceAll(config, "= 30", "= 60"), testKey.Updates, testKey.Changes("secret_key", "<nil>", "<nil>"),
					testKey.Has("secret_key", nil)),
			)
		})
	}
}

func TestAccAPIKeyResource_importWithUnlistedUser(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	id := s.issue(h2ogptesim.Key{UserName: "carol", Name: "ci"})
	carol := "resource \"egs_h2ogpte_api_key\" \"test\" {\n  %s\n  name = \"ci\"\n}"
	s.Run(
		suite.Step(suite.ImportBlock(string(testKey), id)+fmt.Sprintf(carol, `username = "carol"`),
			testKey.Stays, testKey.Has("user_id", nil)),
		// The configuration can set the user_id that the import could not find.
		suite.Step(fmt.Sprintf(carol, `user_id = "17"`), testKey.Updates, testKey.Has("user_id", "17")),
	)
}

func TestAccAPIKeyResource_user(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	of := func(user string) string {
		return "resource \"egs_h2ogpte_api_key\" \"test\" {\n  name = \"ci\"\n  " + user + "\n}"
	}
	const unknown = `(?s)Unknown h2oGPTe user.*%s.*who\s+have\s+logged\s+in\s+at\s+least\s+once`
	alice := s.idOf("alice")
	s.Run(
		suite.Step(of(""), suite.FailsPlan(`Missing user.*username.*user_id`)),
		suite.Step(of(`username = ""`), suite.FailsPlan(`username`)),
		suite.Step(of(`username = "carol"`), suite.Fails(fmt.Sprintf(unknown, `"carol"`))),
		// If the list of users does not contain the id, the create still runs. It fails if the user does not exist.
		suite.Step(of(`user_id = "nobody"`), suite.Fails(`Unable to create h2oGPTe API key.*User not found`)),
		suite.Step(of(fmt.Sprintf("username = \"bob\"\n  user_id = %q", alice)),
			suite.Fails(`Conflicting h2oGPTe user.*"alice".*"bob"`)),
		suite.Step(of(`username = "carol"`), suite.Before(func() { s.AddUser(h2ogptesim.User{UserName: "carol"}) })),
		suite.Step(of(fmt.Sprintf("username = \"alice\"\n  user_id = %q", alice)), testKey.Replaces()),
		suite.Step(of(fmt.Sprintf("user_id = %q", alice)), suite.Unchanged),
		// The username is unknown in the plan.
		suite.Step(of("username = terraform_data.user.output")+"\nresource \"terraform_data\" \"user\" {\n  input = \"bob\"\n}",
			testKey.Has("user_id", s.idOf("bob"))),
	)
}

// TestAccAPIKeyResource_unlistedUser creates a key by the id of a user who is not listed.
func TestAccAPIKeyResource_unlistedUser(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulation.Fault{
		"no list":     {Kind: simulation.FaultStatus, Status: http.StatusForbidden},
		"not in list": {Kind: simulation.FaultStatus, Status: http.StatusOK, Body: "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, h2ogptesim.Options{})
			fault.Times = 1000
			s.FailAt(fault, listUsers)
			config := fmt.Sprintf("resource \"egs_h2ogpte_api_key\" \"test\" {\n  name = \"ci\"\n  user_id = %q\n}", s.idOf("alice"))
			s.Run(
				suite.Step(config, testKey.Has("username", "alice"), suite.Check(s.holdsSecret)),
				suite.Step(config, suite.Unchanged),
				suite.Step(aliceKey(""), suite.Unchanged),
			)
		})
	}
}

func TestAccTemporaryAPIKeyEphemeral_userID(t *testing.T) {
	t.Parallel()
	s := simulate(t, h2ogptesim.Options{})
	s.Run(suite.Step(fmt.Sprintf("ephemeral \"egs_h2ogpte_temporary_api_key\" \"test\" {\n  name = \"x\"\n  user_id = %q\n}\n", s.idOf("alice"))+
		suite.Echo("egs_h2ogpte_temporary_api_key"), suite.Resource("echo.test").Has("data.secret_key", regexp.MustCompile(`^sk-`))))
	s.WantDestroyed()
}

func TestAccAPIKeyResource_ownKeyIsReplaced(t *testing.T) {
	t.Parallel()
	apiKeys.RunOwnReplaced(t, ownKey(""), map[string]func(*suite.Subject, *driver.Driver){
		"changed": func(_ *suite.Subject, d *driver.Driver) {
			d.Config = strings.Replace(d.Config, `"simulator"`, `"renamed"`, 1)
		},
	})
}
