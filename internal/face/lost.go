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

// Uncertain returns the error diagnostic of a create for which it is unknown whether the service created the object. The error
// names the object, the time of the request, the cause, the ids of objects that the create may have created, and the next step.
// If the service failed (HTTP 500), the summary says "Unable to create". The parameter article is "A" or "An", whichever fits
// n.Name. If err is not an apiclient.ErrUncertain, ok is false.
func (n Noun) Uncertain(article, object, next string, err error) (d diag.Diagnostic, ok bool) {
	uncertain, ok := errors.AsType[*apiclient.Error](err)
	if !ok || !errors.Is(err, apiclient.ErrUncertain) {
		return nil, false
	}
	detail := Printable(fmt.Sprintf("%s, requested at %s: %s", object, uncertain.SentAt.Format(time.RFC3339),
		apiclient.Sentence(uncertain.Error()))) + "\n\n"
	if len(uncertain.Candidates) > 0 {
		detail += fmt.Sprintf("The requested object may be one of the objects with these ids:\n\n- %s\n\n",
			strings.Join(uncertain.Candidates, "\n- "))
	}
	if apiclient.IsStatus(uncertain.Err, http.StatusInternalServerError) {
		return diag.NewErrorDiagnostic("Unable to create "+n.Name, detail+"Resolve the cause if you can. "+next), true
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("%s %s may have been created", article, n.Name),
		detail+"A slow service may still create the object, so check again after a few minutes. "+next), true
}

// Adopted returns the warning about a create whose response was lost or reported a failure. Since the request, exactly one
// object with the same values appeared, and the provider assumes that the create resulted in this object. The parameter unique
// reports whether the service allows only one object with the same name.
func Adopted(object, id string, unique bool) diag.Diagnostic {
	next := "In that case, the object that Terraform requested may still appear. Check again after a few minutes. If two objects " +
		"exist and the object in the state is not yours, remove it from the state (terraform state rm) before you change or " +
		"destroy it, and import the other object."
	if unique {
		next = "If it is not yours, remove it from the state (terraform state rm) before you change or destroy it."
	}
	// The summary contains the id, because Terraform merges warnings with the same summary and shows only the first one.
	return diag.NewWarningDiagnostic(fmt.Sprintf("The response to the create request for %s was lost or reported a failure (id %s)", object, id), fmt.Sprintf(
		"The response to the create request for %s was lost or reported a failure. Since then, exactly one object with the same values appeared, "+
			"with the id %s. Terraform manages it now.\n\nAnother configuration or user may have created it while the request was under "+
			"way, or shortly before. %s", object, id, next))
}
