// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Expiry is the expiry of a key that the provider does not renew.
type Expiry struct {
	// Attribute is the attribute with the expiry.
	Attribute path.Path
	// Key names the key, for example `EGS API key "ci"`, and ID distinguishes it from other keys of the same name.
	Key, ID string
	// Date is the last day on which the key is valid, in the form YYYY-MM-DD and in UTC. Any other text means that the key
	// never expires.
	Date string
	// Remedy is the advice in the warning. It consists of complete sentences.
	Remedy string
}

// Warning returns a warning if the key expires within the given number of days, or has expired. If withinDays is 0, Warning
// returns no warning.
func (e Expiry) Warning(now time.Time, withinDays int64) (diags diag.Diagnostics) {
	left, ok := DaysUntil(e.Date, now)
	if !ok || withinDays == 0 || left > withinDays {
		return nil
	}
	verb, when := "expires", "in "+days(left)
	switch {
	case left < 0:
		verb, when = "expired", days(-left)+" ago"
	case left == 0:
		when = "today"
	}
	// Terraform merges warnings with the same summary. Names of keys are not unique, so the summary contains the id.
	summary := fmt.Sprintf("%s %s on %s (id %s)", e.Key, verb, e.Date, e.ID)
	diags.AddAttributeWarning(e.Attribute, summary, fmt.Sprintf(
		"The key %s %s. %s The provider's expiry_warning_days sets how early this warning appears.", verb, when, e.Remedy))
	return diags
}

// days returns a number of days as text, for example "2 days".
func days(n int64) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
