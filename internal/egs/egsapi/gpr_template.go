// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// GPRTemplate is a template of GPU requests, which has all members in requests and responses.
type GPRTemplate struct {
	// Name is unique, and cannot be changed.
	Name        string `json:"name"`
	ClusterName string `json:"clusterName"`
	GPUsPerNode int64  `json:"numberOfGPUs"`
	GPUNodes    int64  `json:"numberOfGPUNodes"`
	// MemoryPerGPU is in GB.
	MemoryPerGPU int64  `json:"memoryPerGpu"`
	GPUShape     string `json:"gpuShape"`
	InstanceType string `json:"instanceType"`
	// ExitDuration and IdleTimeoutDuration are in Go's form, such as "1h30m". The latter is "" where it is not enforced.
	ExitDuration        string `json:"exitDuration"`
	IdleTimeoutDuration string `json:"idleTimeOutDuration,omitempty"`
	Priority            int64  `json:"priority"`
	EnableEviction      bool   `json:"enableEviction"`
	RequeueOnFailure    bool   `json:"requeueOnFailure"`
	// EnforceIdleTimeout follows from IdleTimeoutDuration.
	EnforceIdleTimeout bool `json:"enforceIdleTimeOut"`
}

// GPRTemplateList is a list of templates, sorted by name.
type GPRTemplateList = apiclient.List[GPRTemplate]

func (c *Client) gprTemplates() *named[GPRTemplate] {
	return nameds(c, "GPR template", "/api/v1/gpr-template", "items", "gprTemplateName", templateName, checkTemplate)
}

func templateName(t *GPRTemplate) string { return t.Name }

// checkTemplate takes an idle duration out that is not enforced: a change that leaves it out may be merged into what was there.
func checkTemplate(t *GPRTemplate) error {
	if t.EnforceIdleTimeout = t.EnforceIdleTimeout && t.IdleTimeoutDuration != ""; !t.EnforceIdleTimeout {
		t.IdleTimeoutDuration = ""
	}
	return nil
}

// Is says whether the template is the same as another one. Durations are compared by their length.
func (t *GPRTemplate) Is(other GPRTemplate) bool {
	if SameDuration(t.ExitDuration, other.ExitDuration) {
		other.ExitDuration = t.ExitDuration
	}
	if SameDuration(t.IdleTimeoutDuration, other.IdleTimeoutDuration) {
		other.IdleTimeoutDuration = t.IdleTimeoutDuration
	}
	other.EnforceIdleTimeout = t.EnforceIdleTimeout
	return *t == other
}

// SameDuration says whether two durations have the same length, however they are written.
func SameDuration(a, b string) bool {
	x, errX := time.ParseDuration(a)
	y, errY := time.ParseDuration(b)
	return a == b || errX == nil && errY == nil && x == y
}

// GPRTemplates lists the templates: see apiclient.Listings.Fresh.
func (c *Client) GPRTemplates(ctx context.Context) (*GPRTemplateList, error) {
	return c.templates.List(ctx, "")
}

// GPRTemplate finds a template in the list. Changed is when it was created or changed last, by the controller's clock, zero where
// that is not known or long ago; if it is a moment ago, and the list shows it otherwise
// than it was then, which may be nil, it looks again: lists lag. The error is ErrNotFound only where it is proven that the template does not exist.
func (c *Client) GPRTemplate(ctx context.Context, name string, changed time.Time, was *GPRTemplate) (*GPRTemplate, error) {
	return c.templates.find(ctx, name, changed, func(listed *GPRTemplate) bool { return was == nil || listed.Is(*was) })
}

// CreateGPRTemplate creates a template, and tells when. The error is ErrExists where one of the name exists. For lost responses
// see apiclient.Listings.Create: adopted says that one was lost, and that an equal template appeared since.
func (c *Client) CreateGPRTemplate(ctx context.Context, t GPRTemplate) (createdAt time.Time, adopted bool, err error) {
	t.EnforceIdleTimeout = t.IdleTimeoutDuration != ""
	created, err := c.templates.create(ctx, t.Name, t, func(data json.RawMessage) (GPRTemplate, string) {
		var response struct {
			Name string `json:"gprTemplateName"`
		}
		if json.Unmarshal(data, &response) != nil || response.Name != t.Name {
			return t, ""
		}
		return t, t.Name
	}, func(listed *GPRTemplate) bool { return listed.Is(t) })
	if err != nil {
		return time.Time{}, false, err
	}
	return created.CreatedAt, created.Adopted != "", nil
}

// UpdateGPRTemplate changes all of the template of this name, and tells when. Changed is as for GPRTemplate. The
// error is ErrNotFound where the template is proven not to exist.
func (c *Client) UpdateGPRTemplate(ctx context.Context, t GPRTemplate, changed time.Time) (time.Time, error) {
	t.EnforceIdleTimeout = t.IdleTimeoutDuration != ""
	put := func(ctx context.Context) (json.RawMessage, error) { return c.putTemplate(ctx, t) }
	_, at, err := c.templates.update(ctx, t.Name, changed, put, func(listed *GPRTemplate) bool { return listed.Is(t) })
	return at, err
}

// putTemplate sends a change, with the members that EGS shows and GPRTemplate lacks, as gpuSharingMode: EGS may replace the template.
// An EGS that refuses members which it takes in no request gets the change without them.
func (c *Client) putTemplate(ctx context.Context, t GPRTemplate) (json.RawMessage, error) {
	r, shown, err := c.templates.get(ctx, t.Name)
	if err != nil {
		return nil, err
	}
	var is struct{ Name string }
	members := map[string]json.RawMessage{}
	if json.Unmarshal(shown, &is) != nil || json.Unmarshal(shown, &members) != nil || is.Name != t.Name {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response is not the GPR template", Err: ErrNotEGS})
	}
	delete(members, "idleTimeOutDuration") // t lacks it if it is not enforced.
	known, err := json.Marshal(t)
	if err = errors.Join(err, json.Unmarshal(known, &members)); err != nil {
		return nil, err
	}
	data, err := c.templates.put(ctx, members)
	if apiclient.IsStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity) {
		return c.templates.put(ctx, t)
	}
	return data, err
}

// DeleteGPRTemplate deletes a template. One that no longer exists is deleted. Changed is as for GPRTemplate.
func (c *Client) DeleteGPRTemplate(ctx context.Context, name string, changed time.Time) error {
	return c.templates.remove(ctx, name, changed)
}
