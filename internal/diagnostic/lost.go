// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Uncertain makes the error diagnostic of a create that may have been carried out. It
// tells what was asked for and when, why the end is not known, and the ids of what may
// have come of it; next says what to do. An error that is not uncertain is not ok.
func Uncertain(summary, object, next string, err error) (d diag.Diagnostic, ok bool) {
	uncertain, ok := errors.AsType[*apiclient.Error](err)
	if !ok || !errors.Is(err, apiclient.ErrUncertain) {
		return nil, false
	}
	detail := fmt.Sprintf("%s, asked for at %s: %s.\n\n", object, uncertain.SentAt.Format(time.RFC3339),
		strings.TrimSuffix(uncertain.Error(), "."))
	if len(uncertain.Candidates) > 0 {
		detail += fmt.Sprintf("It may be one of these keys, by their ids:\n\n- %s\n\n", strings.Join(uncertain.Candidates, "\n- "))
	}
	return diag.NewErrorDiagnostic(summary, detail+next), true
}

// MadeTwice makes the warning of a create that was sent again while the first request
// may have been carried out late. The strays are the ids of what came into being
// meanwhile and has the same of what alike names, for example "name and user"; next
// says what to do. Without strays there is none.
func MadeTwice(summary, object, alike string, strays []string, next string) (diags diag.Diagnostics) {
	if len(strays) > 0 {
		diags.AddWarning(summary, fmt.Sprintf(
			"%s was created. Its request had lost its answer before and was sent again, and meanwhile there came into being, "+
				"with the same %s:\n\n- %s\n\n%s", object, alike, strings.Join(strays, "\n- "), next))
	}
	return diags
}

// MayBeMadeAgain makes the warning of a create that was sent again while so many
// requests before it may still be carried out, which no list showed. What comes of them
// has the same of what alike names; next says how to look for it. Where nothing is open
// there is none.
func MayBeMadeAgain(summary, object, alike string, open int, next string) (diags diag.Diagnostics) {
	if open > 0 {
		diags.AddWarning(summary, fmt.Sprintf(
			"%s was created. Its request had lost its answer before and was sent again, and nothing tells whether that is still "+
				"carried out: up to %d more, with the same %s, may still come into being.\n\n%s", object, open, alike, next))
	}
	return diags
}
