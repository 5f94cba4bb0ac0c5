// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// endpoints are the control endpoints of keys and workspaces.
func (s *Simulator) endpoints() []simulation.Endpoint {
	return append(
		simulation.Keys(s.Keys, s.ChangeKey, s.DeleteKey),
		simulation.Lists("workspaces", "list the workspaces, ready or not", s.Workspaces),
		simulation.Takes(http.MethodPost, "workspaces", "add a workspace outside the API, ready at once", s.postWorkspace),
		simulation.Removes("workspaces/{id}", "delete the workspace of this name outside the API, at once", s.DeleteWorkspace),
	)
}

func (s *Simulator) postWorkspace(_ string, w Workspace) error {
	switch {
	case w.Name == "":
		return errors.New("name is missing")
	case !s.AddWorkspace(w):
		return fmt.Errorf("%w: a workspace has this name", simulation.ErrExists)
	}
	return nil
}
