// SPDX-License-Identifier: MPL-2.0

package face

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// Uncertain makes the error diagnostic of a create that may have been carried out. It tells what was asked for and when, why
// the end is not known, and the ids of what may have come of it; next says what to do. If the service failed by itself (HTTP
// 500), it leads with that. Article is that of the thing. An error that is not uncertain is not ok.
func (n Noun) Uncertain(article, object, next string, err error) (d diag.Diagnostic, ok bool) {
	uncertain, ok := errors.AsType[*apiclient.Error](err)
	if !ok || !errors.Is(err, apiclient.ErrUncertain) {
		return nil, false
	}
	detail := Printable(fmt.Sprintf("%s, asked for at %s: %s", object, uncertain.SentAt.Format(time.RFC3339),
		apiclient.Sentence(uncertain.Error()))) + "\n\n"
	if len(uncertain.Candidates) > 0 {
		detail += fmt.Sprintf("It may be one of these, by their ids:\n\n- %s\n\n", strings.Join(uncertain.Candidates, "\n- "))
	}
	if apiclient.IsStatus(uncertain.Err, http.StatusInternalServerError) {
		return diag.NewErrorDiagnostic("Unable to create "+n.Thing, detail+"Resolve the reason if you can. "+next), true
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("%s %s may have been created", article, n.Thing),
		detail+"A slow service may still create it, so look again some minutes later. "+next), true
}

// Adopted makes the warning of a create whose response was lost or a failure, and of what was taken for its result since it
// is the only new one that is equal in everything that the list shows. Unique says that there can be no other of its name.
func Adopted(object, id string, unique bool) diag.Diagnostic {
	next := "Then the one that Terraform requested may still appear. Look for it some minutes later. If there are two, remove the one that " +
		"is not yours from the state (terraform state rm) before you change or destroy it, and import yours."
	if unique {
		next = "If it is not yours, remove it from the state (terraform state rm) before you change or destroy it."
	}
	// Terraform merges warnings of the same summary, and shows only the first one.
	return diag.NewWarningDiagnostic(fmt.Sprintf("The response to the create of %s was lost or a failure (id %s)", object, id), fmt.Sprintf(
		"The response to the create of %s was lost, or it reported a failure. Exactly one that is equal to it in everything appeared "+
			"since, %s, and Terraform manages that one now.\n\nAnother configuration or user may have created it, while the "+
			"request was under way or shortly before. %s", object, id, next))
}
