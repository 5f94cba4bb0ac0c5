// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// refusal is what a failure comes in: Detail is a text or an array of details.
type refusal struct {
	Detail any `json:"detail"`
}

// detail is what is wrong with a part of a request.
type detail struct {
	// Loc are the names on the way to the part, as body, config, permissions.
	Loc  []string `json:"loc"`
	Msg  string   `json:"msg"`
	Type string   `json:"type"`
}

// failure is a refusal in the form of Options.ErrorForm, or an empty success.
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
		return simulation.JSON(status, refusal{[]detail{{Loc: []string{}, Msg: message, Type: "error"}}})
	default:
		return simulation.JSON(status, refusal{message})
	}
}

// invalid is the refusal of a body for a member of it.
func (s *Simulator) invalid(message, kind string, member ...string) *simulation.Reply {
	const status = http.StatusUnprocessableEntity
	loc := append([]string{"body"}, member...)
	if s.options.ErrorForm == ErrorsAllText {
		return new(simulation.JSON(status, refusal{strings.Join(loc, ".") + ": " + message}))
	}
	return new(simulation.JSON(status, refusal{[]detail{{Loc: loc, Msg: message, Type: kind}}}))
}
