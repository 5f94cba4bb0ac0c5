// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// defaultLimit is the number of entries per page if the request has no limit.
const defaultLimit = 100

// page returns a response with one page of the list in the parameter all. The response is an array of the results of show.
// parameters are the names of the query parameters that the call supports besides offset and limit.
func page[T, E any](s *Simulator, c simulation.Call, all []T, show func(T) E, parameters ...string) simulation.Reply {
	for name := range c.Query {
		if !slices.Contains(append(parameters, "offset", "limit"), name) {
			return s.malformed("unknown query parameter: " + name)
		}
	}
	counts := map[string]int{"offset": 0, "limit": defaultLimit}
	for name := range counts {
		values, given := c.Query[name]
		if !given {
			continue
		}
		n, err := strconv.Atoi(values[0])
		if err != nil || n < 0 || len(values) != 1 {
			return s.malformed(name + " must be an integer from 0")
		}
		counts[name] = n
	}
	if s.options.MaxLimit > 0 {
		counts["limit"] = min(counts["limit"], s.options.MaxLimit)
	}
	all = all[min(counts["offset"], len(all)):]
	entries := []E{}
	for _, element := range all[:min(counts["limit"], len(all))] {
		entries = append(entries, show(element))
	}
	return simulation.JSON(http.StatusOK, entries)
}
