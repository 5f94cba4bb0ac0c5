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
	for _, want := range []string{"will be created", "No changes.", "must be replaced", "Destroy complete! Resources: 4 destroyed."} {
		if !strings.Contains(shown, want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if strings.Contains(shown, "lock file information") {
		t.Error("the output holds the warning about the lock file")
	}
	// Secrets are UUIDs and tokens JSON Web Tokens.
	if found := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|eyJ[A-Za-z0-9_-]{10}`).FindString(shown); found != "" {
		t.Error("the output holds a secret")
	}
	if t.Failed() {
		t.Log(shown)
	}
}

func TestRunNamesAMissingTerraform(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), filepath.Join(t.TempDir(), "terraform"), &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "-terraform") {
		t.Errorf("the error is %v, and should say how to name a Terraform", err)
	}
}

func TestAsConfiguredFindsWhatIsNot(t *testing.T) {
	t.Parallel()
	const date = "2027-03-31"
	for name, meddle := range map[string]func(*testing.T, *story){
		"":                       func(*testing.T, *story) {},
		"but has 3":              func(_ *testing.T, s *story) { s.simulator.DeleteKey(s.keys()[deleted].ID) },
		"but has 5":              func(_ *testing.T, s *story) { s.simulator.AddKey(egssim.Key{Name: "other"}) },
		"but is Editor of red":   func(t *testing.T, s *story) { t.Helper(); s.change(t, "validity", "2099-12-31") },
		"have a key red-editor,": func(t *testing.T, s *story) { t.Helper(); s.change(t, "name", "other") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &story{simulator: egssim.New(egssim.Options{}), validUntil: date}
			s.own = s.simulator.Keys()[0].ID
			for _, workspace := range []string{"red", "green"} {
				for _, role := range []string{"Editor", "Viewer"} {
					s.simulator.AddKey(egssim.Key{
						Name: strings.ToLower(workspace + "-" + role), Role: role, WorkspaceName: workspace, Validity: date,
					})
				}
			}
			meddle(t, s)
			err := s.asConfigured()
			if (err != nil) != (name != "") || (err != nil && !strings.Contains(err.Error(), name)) {
				t.Errorf("the error is %v, and should say %q", err, name)
			}
		})
	}
}

func (s *story) change(t *testing.T, member, value string) {
	t.Helper()
	if err := s.simulator.ChangeKey(s.keys()[changed].ID, map[string]string{member: value}); err != nil {
		t.Fatal(err)
	}
}
