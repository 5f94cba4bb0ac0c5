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

// GPRTemplate is a template of GPU provisioning requests (GPR). Requests and responses have all members.
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
	// ExitDuration and IdleTimeoutDuration are Go durations, such as "1h30m". IdleTimeoutDuration is "" if EGS does not
	// enforce an idle timeout.
	ExitDuration        string `json:"exitDuration"`
	IdleTimeoutDuration string `json:"idleTimeOutDuration,omitempty"`
	Priority            int64  `json:"priority"`
	EnableEviction      bool   `json:"enableEviction"`
	RequeueOnFailure    bool   `json:"requeueOnFailure"`
	// EnforceIdleTimeout is true if IdleTimeoutDuration is not "", and false otherwise. Creates and updates set this field.
	EnforceIdleTimeout bool `json:"enforceIdleTimeOut"`
}

// GPRTemplateList is a list of templates, sorted by name.
type GPRTemplateList = apiclient.List[GPRTemplate]

func (c *Client) gprTemplates() *named[GPRTemplate] {
	return newNamed(c, "GPR template", "/api/v1/gpr-template", "items", "gprTemplateName", templateName, checkTemplate)
}

func templateName(t *GPRTemplate) string { return t.Name }

// checkTemplate removes an idle timeout that is not enforced. EGS may still return the old idle timeout after an update that
// omits it.
func checkTemplate(t *GPRTemplate) error {
	if t.EnforceIdleTimeout = t.EnforceIdleTimeout && t.IdleTimeoutDuration != ""; !t.EnforceIdleTimeout {
		t.IdleTimeoutDuration = ""
	}
	return nil
}

// Is reports whether both templates are equal. "60m" and "1h" are equal durations.
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

// SameDuration reports whether two durations have the same length, such as "60m" and "1h".
func SameDuration(a, b string) bool {
	x, errX := time.ParseDuration(a)
	y, errY := time.ParseDuration(b)
	return a == b || errX == nil && errY == nil && x == y
}

// GPRTemplates returns all templates: see apiclient.Listings.Fresh.
func (c *Client) GPRTemplates(ctx context.Context) (*GPRTemplateList, error) {
	return c.templates.List(ctx, "")
}

// GPRTemplate returns a template from the list. The parameter changed is the time of the last create or update of the
// template by the clock of EGS, or zero if that time is unknown or long ago. The parameter was is the value of the template
// after that change, or nil to accept any listed value. Lists may be out of date: if the template was changed recently and
// the list shows another value, GPRTemplate requests further lists. The error is ErrNotFound only if the template is proven
// not to exist.
func (c *Client) GPRTemplate(ctx context.Context, name string, changed time.Time, was *GPRTemplate) (*GPRTemplate, error) {
	return c.templates.find(ctx, name, changed, func(listed *GPRTemplate) bool { return was == nil || listed.Is(*was) })
}

// CreateGPRTemplate creates a template, and returns the time of the create. The error is ErrExists if a template with this
// name exists. adopted reports whether the response was lost and an equal template appeared after the request: see
// apiclient.Listings.Create.
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

// UpdateGPRTemplate replaces all values of the template with this name, and returns the time of the update. For the parameter
// changed see GPRTemplate. The error is ErrNotFound if the template is proven not to exist.
func (c *Client) UpdateGPRTemplate(ctx context.Context, t GPRTemplate, changed time.Time) (time.Time, error) {
	t.EnforceIdleTimeout = t.IdleTimeoutDuration != ""
	put := func(ctx context.Context) (json.RawMessage, error) { return c.putTemplate(ctx, t) }
	_, at, err := c.templates.update(ctx, t.Name, changed, put, func(listed *GPRTemplate) bool { return listed.Is(t) })
	return at, err
}

// putTemplate sends an update. EGS may replace the whole template, so the update includes members that EGS returns and
// GPRTemplate lacks, such as gpuSharingMode. If EGS refuses these members, putTemplate sends the update without them.
func (c *Client) putTemplate(ctx context.Context, t GPRTemplate) (json.RawMessage, error) {
	r, shown, err := c.templates.get(ctx, t.Name)
	if err != nil {
		return nil, err
	}
	var is struct{ Name string }
	members := map[string]json.RawMessage{}
	if json.Unmarshal(shown, &is) != nil || json.Unmarshal(shown, &members) != nil || is.Name != t.Name {
		return nil, c.conn.Failed(r, Error{Status: http.StatusOK, Message: "the response does not contain the GPR template", Err: ErrUnexpectedResponse})
	}
	delete(members, "idleTimeOutDuration") // If t has no idle timeout, the update must not send the old idle timeout.
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

// DeleteGPRTemplate deletes a template. It succeeds if the template no longer exists. For the parameter changed see
// GPRTemplate.
func (c *Client) DeleteGPRTemplate(ctx context.Context, name string, changed time.Time) error {
	return c.templates.remove(ctx, name, changed)
}
