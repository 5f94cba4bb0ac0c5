// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// errorBody is the body of an error response. Detail is a string or a []detail.
type errorBody struct {
	Detail any `json:"detail"`
}

// detail is a validation error.
type detail struct {
	// Loc is the path to the invalid part of the request, such as body, config, permissions.
	Loc  []string `json:"loc"`
	Msg  string   `json:"msg"`
	Type string   `json:"type"`
}

// failure returns an error response in the form of Options.ErrorForm. For a status below 300, it returns an empty object.
func (s *Simulator) failure(status int, message string) simulation.Reply {
	if status < http.StatusMultipleChoices {
		return simulation.JSON(status, struct{}{})
	}
	message = cmp.Or(message, http.StatusText(status))
	unknown := status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound
	switch {
	case s.options.ErrorForm == ErrorsEmpty && unknown:
		return simulation.Reply{Status: status}
	case s.options.ErrorForm == ErrorsAsDetails:
		return simulation.JSON(status, errorBody{[]detail{{Loc: []string{}, Msg: message, Type: "error"}}})
	default:
		return simulation.JSON(status, errorBody{message})
	}
}

// invalid returns the error response (422) to a body with an invalid member.
func (s *Simulator) invalid(message, kind string, member ...string) *simulation.Reply {
	const status = http.StatusUnprocessableEntity
	loc := append([]string{"body"}, member...)
	if s.options.ErrorForm == ErrorsAllText {
		return new(simulation.JSON(status, errorBody{strings.Join(loc, ".") + ": " + message}))
	}
	return new(simulation.JSON(status, errorBody{[]detail{{Loc: loc, Msg: message, Type: kind}}}))
}
