// SPDX-License-Identifier: MPL-2.0

package renewal

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Expiry is the end of a key that nothing renews.
type Expiry struct {
	// Attribute is the one that tells the end.
	Attribute path.Path
	// Key names the key, for example `EGS API key "ci"`, and ID tells it from others of that name.
	Key, ID string
	// Date is the key's last day, YYYY-MM-DD in UTC. A value that is not a date never expires.
	Date string
	// Remedy is what to do, in sentences.
	Remedy string
}

// Warning returns a warning if the key expires within the given number of days, or has expired. 0 days turn it off.
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
	// Terraform folds warnings of the same summary, and names are not unique.
	summary := fmt.Sprintf("%s %s on %s (id %s)", e.Key, verb, e.Date, e.ID)
	diags.AddAttributeWarning(e.Attribute, summary, fmt.Sprintf(
		"That is %s. %s The provider's expiry_warning_days sets how early this warning appears.", when, e.Remedy))
	return diags
}

// days is a number of days in words.
func days(n int64) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
