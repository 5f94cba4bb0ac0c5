// SPDX-License-Identifier: MPL-2.0

package suite

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest/driver"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// providerB returns the provider configuration with the alias "b", to which InB refers. The parameter key is an expression. The
// provider logs in with its value.
func (s *Suite) providerB(key string) string {
	return fmt.Sprintf("\nprovider \"egs\" {\n  alias = \"b\"\n  %s\n}\n", fmt.Sprintf(s.LogsIn, key))
}

// logIns tests provider configurations that log in with a key of the same Terraform configuration.
func (s *Suite) logIns(t *testing.T) {
	t.Helper()
	if s.OwnKeyConfig == "" {
		return
	}
	// Services accept a new key only after a few seconds.
	t.Run("new key", func(t *testing.T) {
		t.Parallel()
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			subject := s.Start(t, Options{Network: network, LogInsUntilAccepted: 2})
			d := subject.Applied(s.OwnKeyConfig + s.providerB(string(s.address())+"."+s.Secret) + s.Other("other", InB))
			s.WantKeys(t, d, subject.Created()...)
			// The plan replaces the key, so its secret is unknown and the provider cannot log in.
			output := d.Fails(d.Plan(driver.Options{Replace: []string{string(s.address())}}))
			acctest.WantText(t, output, "about to be created or replaced", 1)
			subject.Destroy(d)
		})
	})
	t.Run("wrong key", func(t *testing.T) {
		t.Parallel()
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			subject := s.Start(t, Options{Network: network})
			for setting := range subject.site.Settings {
				subject.Environment[setting] = "45338461-ec42-49d2-aef3-ff39099950c5"
			}
			began := time.Now()
			d := subject.Driver(s.Many(40, false))
			acctest.WantText(t, d.Fails(d.Apply(driver.Options{})), "have not expired or been deleted", 40)
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the apply took %s, want at most 5s", took)
			}
		})
	})
	t.Run("key replaced in the same run", func(t *testing.T) {
		t.Parallel()
		OnSimulatedTime(t, func(t *testing.T, network *simulation.Network) {
			t.Helper()
			subject := s.Start(t, Options{Network: network})
			admin := ""
			for _, secret := range subject.site.Settings {
				admin = secret
			}
			own := strings.Replace(s.OwnKeyConfig, `"test" {`, "\"test\" {\n  "+InB, 1) + s.providerB(fmt.Sprintf("%q", admin))
			d := subject.Applied(own)
			for setting := range subject.site.Settings {
				subject.Environment[setting] = subject.Secret(subject.OnlyCreated())
			}
			d.Config = own + s.Other("other", "depends_on = ["+string(s.address())+"]")
			output := d.Fails(d.Apply(driver.Options{Replace: []string{string(s.address())}}))
			acctest.WantText(t, output, "If this configuration replaced the key", 1)
			acctest.WantText(t, output, "give the provider the new key and apply again", 1)
			for setting := range subject.site.Settings {
				subject.Environment[setting] = subject.Secret(subject.OnlyCreated())
			}
			d.Must(d.Apply(driver.Options{}))
			subject.Use(subject.Service)
			subject.Destroy(d)
		})
	})
}
