// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestCLIDemo(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("runs Terraform; set TF_ACC=1")
	}
	var out bytes.Buffer
	if err := run(t.Context(), acctest.CLI(), &out); err != nil {
		t.Fatalf("%v, after:\n%s", err, out.String())
	}
	shown := out.String()
	for _, want := range []string{"will be created", "No changes.", "must be replaced", "0 added, 4 changed", "Destroy complete! Resources: 4 destroyed."} {
		if !strings.Contains(shown, want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if strings.Contains(shown, "lock file information") {
		t.Error("the output contains the warning about the lock file")
	}
	// Secrets are UUIDs, and access tokens are JSON Web Tokens.
	if found := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|eyJ[A-Za-z0-9_-]{10}`).FindString(shown); found != "" {
		t.Error("the output contains a secret")
	}
	if t.Failed() {
		t.Log(shown)
	}
}

func TestRun_missingTerraform(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), filepath.Join(t.TempDir(), "terraform"), &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "-terraform") {
		t.Errorf("got %v, want an error that names the flag -terraform", err)
	}
}

func TestAsConfigured(t *testing.T) {
	t.Parallel()
	const date = "2027-03-31"
	for name, change := range map[string]func(*testing.T, *demo){
		"":                       func(*testing.T, *demo) {},
		"but has 3":              func(_ *testing.T, s *demo) { s.simulator.DeleteKey(s.keys()[deleted].ID) },
		"but has 5":              func(_ *testing.T, s *demo) { s.simulator.AddKey(egssim.Key{Name: "other"}) },
		"but is Editor of red":   func(t *testing.T, s *demo) { t.Helper(); s.change(t, "validity", "2099-12-31") },
		"have a key red-editor,": func(t *testing.T, s *demo) { t.Helper(); s.change(t, "name", "other") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &demo{simulator: egssim.New(egssim.Options{}), validUntil: date}
			s.own = s.simulator.Keys()[0].ID
			for _, workspace := range []string{"red", "green"} {
				for _, role := range []string{"Editor", "Viewer"} {
					s.simulator.AddKey(egssim.Key{
						Name: strings.ToLower(workspace + "-" + role), Role: role, WorkspaceName: workspace, Validity: date,
					})
				}
			}
			change(t, s)
			err := s.asConfigured(0)
			if (err != nil) != (name != "") || (err != nil && !strings.Contains(err.Error(), name)) {
				t.Errorf("got %v, want an error that contains %q", err, name)
			}
		})
	}
}

func (s *demo) change(t *testing.T, member, value string) {
	t.Helper()
	if err := s.simulator.ChangeKey(s.keys()[changed].ID, map[string]string{member: value}); err != nil {
		t.Fatal(err)
	}
}
