// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

var (
	errUnknownWorkspace = fmt.Errorf("%w: no workspace has this name", simulation.ErrUnknown)
	errWorkspaceExists  = fmt.Errorf("%w: a workspace has this name", simulation.ErrExists)
)

// addRoutes adds what tests and people steer EGS with, besides what every simulator
// has.
func (s *Simulator) addRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/keys", func(w http.ResponseWriter, _ *http.Request) {
		simulation.AnswerJSON(w, http.StatusOK, s.Keys())
	})
	mux.HandleFunc("DELETE /_sim/keys/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteKey(r.PathValue("id")) {
			simulation.AnswerMistake(w, ErrUnknownKey)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("PATCH /_sim/keys/{id}", s.patchKey)
	mux.HandleFunc("GET /_sim/workspaces", func(w http.ResponseWriter, _ *http.Request) {
		simulation.AnswerJSON(w, http.StatusOK, s.Workspaces())
	})
	mux.HandleFunc("POST /_sim/workspaces", s.postWorkspace)
	mux.HandleFunc("DELETE /_sim/workspaces/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !s.DeleteWorkspace(r.PathValue("name")) {
			simulation.AnswerMistake(w, errUnknownWorkspace)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (s *Simulator) patchKey(w http.ResponseWriter, r *http.Request) {
	var members map[string]string
	if err := simulation.ReadControl(w, r, &members); err != nil {
		simulation.AnswerMistake(w, err)
		return
	}
	if err := s.ChangeKey(r.PathValue("id"), members); err != nil {
		simulation.AnswerMistake(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) postWorkspace(w http.ResponseWriter, r *http.Request) {
	var workspace Workspace
	err := simulation.ReadControl(w, r, &workspace)
	switch {
	case err != nil:
		simulation.AnswerMistake(w, err)
	case workspace.Name == "":
		simulation.AnswerMistake(w, errors.New("name is missing"))
	case !s.AddWorkspace(workspace):
		simulation.AnswerMistake(w, errWorkspaceExists)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
