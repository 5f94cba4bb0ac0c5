// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

type body struct {
	*simulation.Body
	s *Simulator
	// tried is the name of the operation in refusals.
	tried string
	// invalid has an error for each invalid member, in the words of the gateway's validation.
	invalid []string
}

func invalidFormat(message string) simulation.Reply {
	return failure(http.StatusBadRequest, "Invalid request format: "+message)
}

// body reads a request body with the known members. Depending on Options.Dialect, unknown members are refused with 422 or
// ignored. Invalid JSON and members of the wrong type are refused with 400 ("Invalid request format" in the vendor's words).
func (s *Simulator) body(c simulation.Call, tried string, known ...string) *body {
	b := &body{Body: c.ReadBody(invalidFormat), s: s, tried: tried}
	if s.options.Dialect != DialectLenient {
		for _, name := range b.Unknown(known...) {
			b.invalid = append(b.invalid, strconv.Quote(name)+" is not allowed")
		}
	}
	return b
}

// deny refuses the call, unless the call was refused before.
func (b *body) deny(status int, text string, details ...detail) {
	b.Refuse(b.s.refuse(status, b.tried, text, details...))
}

// must records an error if a required member is missing or empty. The parameter given is whether the member has a value.
func (b *body) must(name string, given bool) {
	switch {
	case given:
	case b.Has(name):
		b.invalid = append(b.invalid, strconv.Quote(name)+" is not allowed to be empty")
	default:
		b.invalid = append(b.invalid, strconv.Quote(name)+" is required")
	}
}

func (b *body) mustText(name string) string {
	text := b.Text(name)
	b.must(name, text != "")
	return text
}

func (b *body) mustTexts(name string) []string {
	texts := b.Texts(name)
	b.must(name, len(texts) > 0)
	return texts
}

// refuseInvalid refuses missing, empty and unknown members together, with 422. Call refuseInvalid after all members are read.
func (b *body) refuseInvalid() {
	if len(b.invalid) > 0 {
		b.deny(http.StatusUnprocessableEntity, strings.Join(b.invalid, ". "))
	}
}

// refused returns the first refusal, or nil. Call it only after all members are read.
func (b *body) refused() *simulation.Reply {
	b.refuseInvalid()
	return b.Refused()
}
