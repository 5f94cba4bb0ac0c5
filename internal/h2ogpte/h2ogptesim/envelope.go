// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// errorBody is the body of every error response.
type errorBody struct {
	Code      int    `json:"code"`
	Message   string `json:"message"`
	ErrorType string `json:"error_type,omitempty"`
}

func (s *Simulator) failure(status int, message string) simulation.Reply {
	body := errorBody{Code: status, Message: cmp.Or(message, http.StatusText(status))}
	if s.options.ErrorTypes {
		body.ErrorType = strings.ReplaceAll(http.StatusText(status), " ", "") + "Error"
	}
	return simulation.JSON(status, body)
}

func (s *Simulator) malformed(message string) simulation.Reply {
	return s.failure(http.StatusBadRequest, message)
}
