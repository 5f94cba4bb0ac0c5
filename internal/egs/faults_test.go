// SPDX-License-Identifier: MPL-2.0

package egs_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/acctest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Requests, as faults name them.
const (
	logIn     = "POST /api/v1/auth"
	listKeys  = "GET /api/v1/api-key/list"
	createKey = "POST /api/v1/api-key"
	deleteKey = "DELETE /api/v1/api-key"
)

// TestAccAPIKeyResource_faultsThatPass has each fault once in each kind of request:
// an apply and a destroy come through, and no key is left over.
func TestAccAPIKeyResource_faultsThatPass(t *testing.T) {
	t.Parallel()
	passing := append([]simulation.Fault{{Kind: simulation.FaultExpireToken}}, acctest.HarmlessFaults...)
	passing = append(passing, acctest.LostResponses...)
	for _, fault := range append(passing, acctest.UnknownOutcomes...) {
		t.Run(acctest.FaultName(fault), func(t *testing.T) {
			t.Parallel()
			c := simulate(t, egssim.Options{})
			requests := []string{logIn, listKeys, deleteKey}
			if slices.Contains(passing, fault) {
				requests = append(requests, createKey)
			}
			everywhere := func() { c.fault(acctest.FaultsAt(fault, requests...)...) }
			c.Run(
				resource.TestStep{PreConfig: everywhere, Config: viewerKey(""), Check: c.holdsSecret},
				resource.TestStep{PreConfig: everywhere, Config: viewerKey(`description = "successor"`), Check: c.holdsSecret},
				resource.TestStep{PreConfig: everywhere, Config: viewerKey(`description = "successor"`), Destroy: true},
			)
		})
	}
}

func TestAccAPIKeyResource_uncertainCreate(t *testing.T) {
	t.Parallel()
	c := simulate(t, egssim.Options{ListedSecrets: egssim.SecretsMasked})
	c.Run(resource.TestStep{
		PreConfig: func() {
			c.fault(simulation.Fault{Method: http.MethodPost, Path: "/api/v1/api-key", Kind: simulation.FaultDropAfterCommit})
		},
		Config: viewerKey(""),
		ExpectError: regexp.MustCompile(`(?s)An EGS API key may have been created.*"ci"\s+of\s+workspace\s+"red",\s+valid\s+until\s+2027-03-31,` +
			`\s+asked\s+for\s+at\s+2026-11-21T12:00:00Z.*- [0-9a-f]{32}.*revoke`),
	})
	if got := len(c.Keys()); got != 2 {
		t.Errorf("%d keys, want the simulator's own and the one that the error names", got)
	}
}

// TestAccAPIKeyResource_absenceNeedsProof has refreshes fail in every way: the key
// stays in the state.
func TestAccAPIKeyResource_absenceNeedsProof(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulation.Fault{
		"401":       {Kind: simulation.FaultStatus, Status: 401},
		"403":       {Kind: simulation.FaultStatus, Status: 403},
		"404":       {Kind: simulation.FaultStatus, Status: 404},
		"500":       {Kind: simulation.FaultStatus, Status: 500},
		"HTML":      {Kind: simulation.FaultHTML, Status: 200},
		"HTML 404":  {Kind: simulation.FaultHTML, Status: 404},
		"truncated": {Kind: simulation.FaultTruncate},
		"dropped":   {Kind: simulation.FaultDropBefore},
		"null":      {Kind: simulation.FaultStatus, Status: 200, Body: `{"statusCode":200,"status":"OK","message":"Success","data":null}`},
		"odd entry": {Kind: simulation.FaultStatus, Status: 200, Body: `{"statusCode":200,"status":"OK","message":"Success","data":{"data":[{"id":7}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fault.Method, fault.Path, fault.Times = http.MethodGet, "/api/v1/api-key/list", 100
			c := simulate(t, egssim.Options{})
			c.Run(
				resource.TestStep{Config: viewerKey("")},
				resource.TestStep{
					PreConfig:   func() { c.fault(fault) },
					Config:      viewerKey(""),
					ExpectError: regexp.MustCompile(`Unable to read EGS API key`),
				},
				resource.TestStep{
					PreConfig:        func() { c.fault() },
					Config:           viewerKey(""),
					ConfigPlanChecks: expectEmptyPlan(),
				},
			)
		})
	}
}
