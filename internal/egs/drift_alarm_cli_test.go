// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

// driftAlarm runs the script of the example drift-alarm in a working directory.
type driftAlarm struct {
	t                    *testing.T
	c                    *controller
	w                    *acctest.WorkingDir
	script, alarmed, tmp string
}

func newDriftAlarm(c *controller, w *acctest.WorkingDir) *driftAlarm {
	c.T.Helper()
	if runtime.GOOS == "windows" {
		c.T.Skip("the script is for a POSIX shell")
	}
	if _, err := exec.LookPath("jq"); err != nil {
		c.T.Skip("the script needs jq")
	}
	script, err := filepath.Abs("../../examples/drift-alarm/drift-alarm.sh")
	if err != nil {
		c.T.Fatal(err)
	}
	return &driftAlarm{t: c.T, c: c, w: w, script: script, alarmed: filepath.Join(w.Path, "alarm.txt"), tmp: c.T.TempDir()}
}

func (a *driftAlarm) command(env []string, options ...string) *exec.Cmd {
	cmd := exec.Command("sh", append([]string{a.script, a.w.Path}, options...)...)
	cmd.Env = append(slices.Clone(a.w.Env), "TERRAFORM="+acctest.CLI(), "ALARM=cat >'"+a.alarmed+"'", "GITHUB_ACTIONS=false", "TMPDIR="+a.tmp)
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// run runs the script. It returns the output of the script and the input of the alarm command. The parameter want is the
// expected exit code of the script.
func (a *driftAlarm) run(want int, env ...string) (printed, alarmed string) {
	a.t.Helper()
	return a.runWith(want, env)
}

func (a *driftAlarm) runWith(want int, env []string, options ...string) (printed, alarmed string) {
	a.t.Helper()
	_ = os.Remove(a.alarmed)
	var out bytes.Buffer
	cmd := a.command(env, options...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		a.t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		a.t.Fatalf("exit code %d, want %d\n%s", got, want, out.String())
	}
	a.wantNothingLeft()
	text, err := os.ReadFile(a.alarmed)
	if err != nil && !os.IsNotExist(err) {
		a.t.Fatal(err)
	}
	for _, key := range a.c.Keys() {
		if strings.Contains(out.String()+string(text), a.c.Secret(key.ID)) {
			a.t.Errorf("the script shows the secret of %s", key.Name)
		}
	}
	return out.String(), string(text)
}

// wantNothingLeft checks that the script has removed the saved plan, because the plan contains secrets.
func (a *driftAlarm) wantNothingLeft() {
	a.t.Helper()
	left, err := os.ReadDir(a.tmp)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, entry := range left {
		if entry.IsDir() { // Ignore the sockets of the CLI.
			a.t.Errorf("the script left %s", entry.Name())
		}
	}
}

func (a *driftAlarm) want(got, want string) {
	a.t.Helper()
	if got != want {
		a.t.Errorf("the alarm got\n%swant\n%s", got, want)
	}
}

// TestCLIDriftAlarm_lifeCycle checks that the script distinguishes changes outside Terraform, due renewals, and changes that
// only result from a change outside Terraform or from a renewal.
func TestCLIDriftAlarm_lifeCycle(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "red" {
  for_each             = toset(["a", "b", "c"])
  name                 = each.key
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
}
resource "terraform_data" "by_id" {
  triggers_replace = egs_api_key.red["a"].id
}
resource "terraform_data" "by_resource" {
  lifecycle {
    replace_triggered_by = [egs_api_key.red["a"]]
  }
}
resource "terraform_data" "in_place" {
  input = { id = egs_api_key.red["a"].id, role = "Editor" }
}
output "id" {
  value = egs_api_key.red["a"].id
}
output "api_key" {
  value     = egs_api_key.red["a"].api_key
  sensitive = true
}
output "previous" {
  value     = egs_api_key.red["a"].previous
  sensitive = true
}
`)
	a := newDriftAlarm(c, w)
	w.Run("apply", "-auto-approve", "-no-color")
	a.run(0)
	// The test continues one hour later. In the first two minutes after a create, the provider needs several lists without the
	// key to conclude that the key was deleted. Later, one list is enough.
	start := c.Clock.Now().Add(time.Hour)
	due := func() { c.SetClock(start.AddDate(0, 0, 80)) }

	// No key has changed, and all keys are due for renewal.
	due()
	printed, alarmed := a.run(3)
	acctest.WantText(t, printed, `notice: The next apply renews: egs_api_key.red["a"] is due for renewal `+
		`egs_api_key.red["b"] is due for renewal egs_api_key.red["c"] is due for renewal`, 1)
	acctest.WantText(t, printed, "terraform_data", 0)
	acctest.WantText(t, printed, "output", 0)
	a.want(alarmed, "")
	printed, _ = a.run(3, "GITHUB_ACTIONS=true")
	acctest.WantText(t, printed, "::notice::The next apply renews:", 1)

	// Key a is deleted, key b is changed, and key c is due for renewal.
	c.DeleteKey(c.managed("a").ID)
	c.change("b", "role", "Owner")
	printed, alarmed = a.run(2)
	acctest.WantText(t, printed, "is due for renewal", 1)
	a.want(alarmed, "egs_api_key.red[\"a\"] will be created: deleted outside Terraform\n"+
		"egs_api_key.red[\"b\"] must be replaced: role (changed outside Terraform)\n")

	// If valid_until was changed outside Terraform, the key is replaced only if it is now due, or valid for longer than its
	// period.
	c.SetClock(start)
	w.Run("apply", "-auto-approve", "-no-color")
	c.change("a", "validity", start.AddDate(0, 0, 50).Format(time.DateOnly))
	c.change("b", "validity", start.AddDate(0, 0, 3).Format(time.DateOnly))
	c.change("c", "validity", "2099-12-31")
	_, alarmed = a.run(2)
	a.want(alarmed, "egs_api_key.red[\"a\"] was changed outside Terraform: valid_until\n"+
		"egs_api_key.red[\"b\"] must be replaced: valid_until (changed outside Terraform)\n"+
		"egs_api_key.red[\"c\"] must be replaced: valid_until (changed outside Terraform)\n")
	w.Run("apply", "-auto-approve", "-no-color")
	a.run(0)

	// Terraform renews the keys with an overlap. Then the overlap ends.
	plain := w.Read("main.tf")
	w.Write("main.tf", strings.Replace(plain, "early_renewal_days   = 14", "early_renewal_days   = 14\n  overlap_days         = 7", 1))
	w.Run("apply", "-auto-approve", "-no-color")
	due()
	printed, _ = a.run(3)
	acctest.WantText(t, printed, `egs_api_key.red["a"] is due for renewal`, 1)
	w.Run("apply", "-auto-approve", "-no-color")
	a.run(0)
	c.SetClock(start.AddDate(0, 0, 87))
	printed, alarmed = a.run(3)
	acctest.WantText(t, printed, `egs_api_key.red["a"]: the overlap with the previous key is over`, 1)
	acctest.WantText(t, printed, "output", 0)
	a.want(alarmed, "")
	current := strings.TrimSpace(w.Run("output", "-raw", "id"))
	c.DeleteKey(current)
	_, alarmed = a.run(2)
	a.want(alarmed, "egs_api_key.red[\"a\"] will be updated in-place: the current key was deleted outside Terraform\n")
	w.Write("main.tf", plain)
	w.Run("apply", "-auto-approve", "-no-color")
	c.SetClock(start)
	w.Run("apply", "-auto-approve", "-no-color")
	a.run(0)

	// If a key is due for renewal and its configuration changes, the script must report the change of the configuration too.
	due()
	config := w.Read("main.tf")
	w.Write("main.tf", strings.Replace(config, "for_each             =", "delete_on_destroy    = false\n  for_each             =", 1))
	_, alarmed = a.run(2)
	acctest.WantText(t, alarmed, `egs_api_key.red["c"] must be replaced: delete_on_destroy`, 1)
	w.Write("main.tf", config)
	c.SetClock(start)

	// First, only an output changes. Then, the configuration has a resource that Terraform replaces in each apply.
	w.Write("main.tf", config+"output \"more\" {\n  value = \"of the configuration\"\n}\n")
	_, alarmed = a.run(2)
	a.want(alarmed, "output.more will change\n")
	w.Write("main.tf", config)
	w.Write("always.tf", "resource \"terraform_data\" \"always\" {\n  triggers_replace = timestamp()\n}\n")
	w.Run("apply", "-auto-approve", "-no-color")
	_, alarmed = a.run(2)
	a.want(alarmed, "terraform_data.always must be replaced: triggers_replace\n")

	w.Run("destroy", "-auto-approve", "-no-color")
}

// TestCLIDriftAlarm_checks runs the script on a configuration with a check block. The check block contains a data source, so
// Terraform's plan exits with 2 even if nothing has changed.
func TestCLIDriftAlarm_checks(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
resource "egs_api_key" "k" {
  name           = "k"
  role           = "Editor"
  workspace_name = "red"
  valid_until    = "2099-12-31"
}
check "unmanaged" {
  data "egs_api_keys" "all" {
    depends_on = [egs_api_key.k]
  }
  assert {
    condition     = length(data.egs_api_keys.all.api_keys) < 3
    error_message = "Too many keys: ${join(", ", sort(data.egs_api_keys.all.api_keys[*].name))}\n::error::forged ##[error]100%0Aforged"
  }
}
`)
	a := newDriftAlarm(c, w)
	w.Run("apply", "-auto-approve", "-no-color")
	w.Exits(2, "plan", "-detailed-exitcode", "-no-color") // Terraform reads the data source again in each apply.
	printed, _ := a.run(0)
	acctest.WantText(t, printed, "EGS matches the configuration.", 1)
	acctest.WantText(t, printed, "warning:", 0)

	c.issue(egssim.Key{Name: "by-hand", Role: "Editor", WorkspaceName: "red", Validity: "2099-12-31"})
	const message = "check.unmanaged failed: Too many keys: by-hand, k, simulator ::error::forged # #[error]100%0Aforged"
	printed, alarmed := a.run(0)
	if !strings.Contains(printed, "warning: "+message+"\n") {
		t.Errorf("the failed check is missing:\n%s", printed)
	}
	a.want(alarmed, "")
	printed, _ = a.run(0, "GITHUB_ACTIONS=true")
	if !strings.Contains(printed, "::warning::"+strings.Replace(message, "%", "%25", 1)+"\n") {
		t.Errorf("the annotation is missing, or can be forged:\n%s", printed)
	}
	_, alarmed = a.run(2, "CHECKS=fail")
	a.want(alarmed, message+"\n")
	w.Run("destroy", "-auto-approve", "-no-color")
}

// TestCLIDriftAlarm_variables passes input variables in all supported ways. It also runs the script without the variable, as
// new jobs often do by mistake.
func TestCLIDriftAlarm_variables(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", `
variable "role" {
  type = string
}
resource "egs_api_key" "k" {
  name           = "k"
  role           = var.role
  workspace_name = "red"
  valid_until    = "2099-12-31"
}
`)
	a := newDriftAlarm(c, w)
	w.Write("prod.tfvars", "role = \"Viewer\"\n")
	w.Run("apply", "-auto-approve", "-no-color", "-var-file=prod.tfvars")
	printed, _ := a.run(1)
	acctest.WantText(t, printed, "| Error: No value for required variable", 1)
	acctest.WantText(t, printed, "error: The plan failed. EGS may or may not differ from the configuration.", 1)
	a.run(0, "TF_VAR_role=Viewer")
	a.run(0, "TF_CLI_ARGS_plan=-var-file=prod.tfvars")
	a.runWith(0, nil, "-var-file=prod.tfvars")
	a.runWith(0, nil, "-var", "role=Viewer")
	_, alarmed := a.run(2, "TF_VAR_role=Editor")
	a.want(alarmed, "egs_api_key.k must be replaced: role\n")
	w.Run("destroy", "-auto-approve", "-no-color", "-var-file=prod.tfvars")
}

// TestCLIDriftAlarm_signals stops the script while the saved plan exists.
func TestCLIDriftAlarm_signals(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{})
	w := c.WorkingDir("1.11.0", viewerKey(""))
	a := newDriftAlarm(c, w)
	w.Write("wait.sh", "#!/bin/sh\n\""+acctest.CLI()+"\" \"$@\" || exit\ncase \" $* \" in *\" $STAGE \"*) : >ready; exec sleep 5 ;; esac\n")
	if err := os.Chmod(filepath.Join(w.Path, "wait.sh"), 0o700); err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(w.Path, "ready")
	for _, stage := range []string{"plan", "show"} {
		for signal, code := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
			cmd := a.command([]string{"TERRAFORM=" + filepath.Join(w.Path, "wait.sh"), "STAGE=" + stage})
			cmd.Dir = w.Path
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			deadline := time.Now().Add(time.Minute)
			for {
				if _, err := os.Stat(ready); err == nil {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("the script did not reach " + stage)
				}
				time.Sleep(10 * time.Millisecond)
			}
			if plans, err := filepath.Glob(filepath.Join(a.tmp, "*", "plan")); err != nil || len(plans) != 1 {
				t.Errorf("the saved plans are %q, want 1: %v", plans, err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != code {
				t.Errorf("%s in %s: %v, want exit code %d", signal, stage, err, code)
			}
			a.wantNothingLeft()
			_ = os.Remove(ready)
		}
	}
}
