// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/cli"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// configuration is the configuration that Terraform applies.
//
//go:embed main.tf
var configuration string

// Names of the keys that the demo deletes and changes outside Terraform.
const (
	deleted = "green-viewer"
	changed = "red-editor"
)

// demo is the state of a running demo.
type demo struct {
	out       io.Writer
	terraform *terraform
	simulator *egssim.Simulator
	// own is the id of the API key that the provider logs in with.
	own string
	// validUntil is the expected last day of the current keys, in the format YYYY-MM-DD.
	validUntil string
}

// The periods of the configuration, in days.
const (
	validity     = 90
	earlyRenewal = 14
	overlap      = 7
)

const day = 24 * time.Hour

// run runs all steps and prints them to out. The error describes the check that failed.
func run(ctx context.Context, terraformPath string, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "egs-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	// The clock starts at noon and does not run by itself. So the result of the demo does not depend on the time of day.
	now := time.Now().UTC().Truncate(day).Add(12 * time.Hour)
	clock := simulation.Options{Now: func() time.Time { return now }}
	s := &demo{out: out, simulator: egssim.New(egssim.Options{Options: clock, Workspaces: []string{"red", "green"}})}
	s.validUntil = s.inDays(validity)
	s.own = s.simulator.Keys()[0].ID
	server := httptest.NewServer(s.simulator)
	defer server.Close()

	s.say("Building the provider (this takes minutes the first time, then seconds)")
	c, err := cli.WithProvider(ctx, terraformPath, dir)
	if err != nil {
		return fmt.Errorf("%w (set the path of the CLI with -terraform)", err)
	}
	c, err = c.In(filepath.Join(dir, "configuration"), configuration,
		"EGS_ENDPOINT="+server.URL, "EGS_API_KEY="+s.simulator.OwnerKey(), "EGS_MAX_CLOCK_SKEW=0")
	if err != nil {
		return err
	}
	s.terraform = &terraform{CLI: c, out: out}
	s.say("A simulated EGS runs at %s. This is the configuration:", server.URL)
	s.show("\n%s", configuration)

	for _, step := range []func(context.Context) error{
		s.initialize, s.create, s.settled, s.drift, s.repair, s.settled, s.renew, s.endOverlap, s.destroy,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	s.say("The demo is complete: all checks passed, and everything was removed.")
	return nil
}

// lockFileWarning matches Terraform's warning that the lock file contains only the checksums of this platform. Terraform prints
// the warning for every file-system mirror.
var lockFileWarning = regexp.MustCompile(`(?s)\n\nWarning: Incomplete lock file information for providers.*?\n\(where [^\n]*\n`)

func (s *demo) initialize(ctx context.Context) error {
	s.say("Terraform installs the provider from a file-system mirror.")
	var output bytes.Buffer
	err := (&terraform{CLI: s.terraform.CLI, out: &output}).run(ctx, 0, "init")
	s.show("%s", lockFileWarning.ReplaceAllString(output.String(), "\n"))
	return err
}

func (s *demo) create(ctx context.Context) error {
	s.say("Terraform creates a key for each workspace and role.")
	return s.apply(ctx, 0, "EGS has the 4 keys of the configuration.", "-auto-approve")
}

func (s *demo) settled(ctx context.Context) error {
	s.say("Nothing has changed, so a plan shows no changes.")
	s.simulator.ResetJournal()
	if err := s.terraform.run(ctx, 0, "plan", "-detailed-exitcode"); err != nil {
		return err
	}
	var requests []string
	for _, request := range s.simulator.Journal() {
		requests = append(requests, request.Method+" "+request.Path)
	}
	if want := []string{"POST /api/v1/auth", "GET /api/v1/api-key/list"}; !slices.Equal(requests, want) {
		return fmt.Errorf("the plan should send the requests %q, but sent %q", want, requests)
	}
	s.passed("The plan is empty. It needed one log-in and one list request for all 4 keys.")
	return nil
}

func (s *demo) drift(ctx context.Context) error {
	const role = "Owner"
	// If a key is less than two minutes old and missing in the list, the provider requests the list again for several seconds.
	// So the demo continues an hour later.
	s.advance(time.Hour)
	s.say("An hour later, the key %s is deleted and the role of %s is changed to %s, both outside Terraform.\n"+
		"    Terraform detects both changes: it creates one key and replaces the other.", deleted, changed, role)
	keys := s.keys()
	if !s.simulator.DeleteKey(keys[deleted].ID) {
		return fmt.Errorf("there is no key %s to delete", deleted)
	}
	if err := s.simulator.ChangeKey(keys[changed].ID, map[string]string{"role": role}); err != nil {
		return err
	}

	const plan = "repair.tfplan"
	if err := s.terraform.run(ctx, 2, "plan", "-detailed-exitcode", "-out="+plan); err != nil {
		return err
	}
	planned, err := s.terraform.changes(ctx, plan)
	if err != nil {
		return err
	}
	want := []string{
		`egs_api_key.team["` + deleted + `"]: create`,
		`egs_api_key.team["` + changed + `"]: delete, create because of [[role]]`,
	}
	if !slices.Equal(planned, want) {
		return fmt.Errorf("the plan should contain %q, but contains %q", want, planned)
	}
	s.passed("The plan contains these two changes and no others. Its exit code is 2, so a pipeline can raise an alarm.")
	return nil
}

func (s *demo) repair(ctx context.Context) error {
	s.say("Terraform applies the plan.")
	return s.apply(ctx, 0, "EGS has the 4 keys of the configuration again.", "repair.tfplan")
}

func (s *demo) renew(ctx context.Context) error {
	s.advance((validity - earlyRenewal) * day)
	s.validUntil = s.inDays(validity)
	s.say("%d days later, the keys expire in %d days. Terraform renews them.\n"+
		"    The previous keys stay valid for %d days, so that programs have time to get the new secrets.",
		validity-earlyRenewal, earlyRenewal, overlap)
	return s.apply(ctx, 4, "EGS has 4 new keys and the 4 previous keys.", "-auto-approve")
}

func (s *demo) endOverlap(ctx context.Context) error {
	s.advance(overlap * day)
	s.say("%d days later, the overlap is over. Terraform deletes the previous keys.", overlap)
	return s.apply(ctx, 0, "EGS has only the 4 new keys.", "-auto-approve")
}

func (s *demo) advance(by time.Duration) { s.simulator.SetClock(s.simulator.Now().Add(by)) }

// inDays returns the date that is this number of days after the simulator's current date, in the format YYYY-MM-DD.
func (s *demo) inDays(days int) string {
	return s.simulator.Now().AddDate(0, 0, days).Format(time.DateOnly)
}

// apply runs "terraform apply" with the argument arg. Then it calls asConfigured to check the keys in EGS. If the check succeeds,
// it prints the parameter passed.
func (s *demo) apply(ctx context.Context, previous int, passed, arg string) error {
	if err := s.terraform.run(ctx, 0, "apply", arg); err != nil {
		return err
	}
	if err := s.asConfigured(previous); err != nil {
		return err
	}
	s.passed(passed)
	return nil
}

func (s *demo) destroy(ctx context.Context) error {
	s.say("Terraform destroys the keys.")
	if err := s.terraform.run(ctx, 0, "destroy", "-auto-approve"); err != nil {
		return err
	}
	if left := s.simulator.Keys(); len(left) != 1 || left[0].ID != s.own {
		return fmt.Errorf("EGS should have only the provider's own key, but has %d keys", len(left))
	}
	s.passed("EGS has only the key that the provider logs in with.")
	return nil
}

// keys returns the current keys in EGS by name. It omits previous keys and the key that the provider logs in with.
func (s *demo) keys() map[string]egssim.ListedKey {
	keys := map[string]egssim.ListedKey{}
	for _, key := range s.simulator.Keys() {
		if key.ID != s.own && key.Validity >= keys[key.Name].Validity {
			keys[key.Name] = key
		}
	}
	return keys
}

// asConfigured checks that EGS has exactly the keys of the configuration, the given number of previous keys, and the key that
// the provider logs in with.
func (s *demo) asConfigured(previous int) error {
	keys := s.keys()
	if held, want := len(s.simulator.Keys())-1, 4+previous; held != want {
		return fmt.Errorf("EGS should have %d keys besides the provider's own, but has %d", want, held)
	}
	for _, workspace := range []string{"red", "green"} {
		for _, role := range []string{"Editor", "Viewer"} {
			name := strings.ToLower(workspace + "-" + role)
			key, ok := keys[name]
			if !ok {
				return fmt.Errorf("EGS should have a key %s, but does not", name)
			}
			if key.WorkspaceName != workspace || key.Role != role || key.Validity != s.validUntil {
				return fmt.Errorf("the key %s should be %s of %s until %s, but is %s of %s until %s", name,
					role, workspace, s.validUntil, key.Role, key.WorkspaceName, key.Validity)
			}
		}
	}
	return nil
}

// say prints the headline of the next step.
func (s *demo) say(format string, args ...any) {
	text := "==> " + fmt.Sprintf(format, args...)
	if showsColour(s.out) {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	s.show("\n%s\n", text)
}

func (s *demo) passed(what string) {
	s.show("\n OK %s\n", what)
}

func (s *demo) show(format string, args ...any) {
	_, _ = fmt.Fprintf(s.out, format, args...) // The demo continues if the output cannot be written.
}
