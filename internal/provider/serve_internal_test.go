// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

// The provider writes logs only if Terraform shows them.
func TestLogged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		all, ofProviders string
		want             bool
	}{
		{"", "", false},
		{"INFO", "", true},
		{"", "debug", true},
		{"off", "", false},
		{"TRACE", "OFF", false},
		{"OFF", "WARN", true},
	} {
		env := map[string]string{"TF_LOG": test.all, "TF_LOG_PROVIDER": test.ofProviders, "TF_LOG_CORE": "TRACE"}
		if got := logged(environment(env)); got != test.want {
			t.Errorf("%v: got %t", test, got)
		}
	}
}
