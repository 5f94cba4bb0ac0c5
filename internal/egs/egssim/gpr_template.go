// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// GPRTemplate is a template of GPU requests in the form of requests and lists. Durations are Go durations, such as "1h".
type GPRTemplate struct {
	Name         string `json:"name"`
	ClusterName  string `json:"clusterName"`
	GPUs         int64  `json:"numberOfGPUs"`
	GPUNodes     int64  `json:"numberOfGPUNodes"`
	MemoryPerGPU int64  `json:"memoryPerGpu"`
	GPUShape     string `json:"gpuShape"`
	InstanceType string `json:"instanceType"`
	ExitDuration string `json:"exitDuration"`
	Priority     int64  `json:"priority"`
	EnforceIdle  bool   `json:"enforceIdleTimeOut"`
	Eviction     bool   `json:"enableEviction"`
	Requeue      bool   `json:"requeueOnFailure"`
	IdleDuration string `json:"idleTimeOutDuration,omitempty"`
	Namespace    string `json:"namespace"`
	GPUSharing   string `json:"gpuSharingMode"`
}

// subdomainForm matches the form of a Kubernetes object name (RFC 1123 subdomain). It does not check the maximum length of
// 253 characters.
var subdomainForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// readTemplate reads and validates a request body. All members are required, except that idleTimeOutDuration is required only
// if enforceIdleTimeOut is true, and is refused otherwise. Only DialectLenient accepts gpuSharingMode.
func (s *Simulator) readTemplate(c simulation.Call, doing string) (GPRTemplate, *simulation.Reply) {
	in := s.templates.body(c, doing, "name", "clusterName", "numberOfGPUs", "numberOfGPUNodes", "memoryPerGpu", "gpuShape", "instanceType",
		"exitDuration", "priority", "enforceIdleTimeOut", "enableEviction", "requeueOnFailure", "idleTimeOutDuration")
	t := GPRTemplate{
		Name: in.mustText("name"), ClusterName: in.mustText("clusterName"), GPUs: in.mustCount("numberOfGPUs"),
		GPUNodes: in.mustCount("numberOfGPUNodes"), MemoryPerGPU: in.mustCount("memoryPerGpu"), GPUShape: in.mustText("gpuShape"),
		InstanceType: in.mustText("instanceType"), ExitDuration: in.mustDuration("exitDuration"), Priority: mustMember[int64](in, "priority", "an integer"),
		EnforceIdle: mustMember[bool](in, "enforceIdleTimeOut", aBoolean), Eviction: mustMember[bool](in, "enableEviction", aBoolean),
		Requeue: mustMember[bool](in, "requeueOnFailure", aBoolean), GPUSharing: in.Text("gpuSharingMode"),
	}
	if limit := s.options.MaxPriority; limit != 0 {
		t.Priority = min(t.Priority, limit)
	}
	if t.EnforceIdle {
		t.IdleDuration = in.mustDuration("idleTimeOutDuration")
	} else if in.Has("idleTimeOutDuration") {
		in.invalid = append(in.invalid, `"idleTimeOutDuration" is not allowed`)
	}
	in.refuseInvalid()
	if len(t.Name) > 253 || !subdomainForm.MatchString(t.Name) {
		in.deny(http.StatusUnprocessableEntity, fmt.Sprintf("GprTemplate %q is invalid", t.Name),
			detail{Reason: "FieldValueInvalid", Field: "metadata.name", Message: "a lowercase RFC 1123 subdomain is expected"})
	}
	in.checkCluster(t.ClusterName)
	return t, in.Refused()
}

const aBoolean = "a boolean"

func mustMember[T any](b *body, name, kind string) (value T) {
	given := simulation.Member[T](b.Body, name, kind)
	b.must(name, given != nil)
	if given != nil {
		value = *given
	}
	return value
}

func (b *body) mustCount(name string) int64 {
	n := mustMember[int64](b, name, "an integer")
	if b.Has(name) && n < 1 {
		b.invalid = append(b.invalid, fmt.Sprintf("%q must be greater than or equal to 1", name))
	}
	return n
}

func (b *body) mustDuration(name string) string {
	text := b.mustText(name)
	if d, err := time.ParseDuration(text); text != "" && (err != nil || d <= 0) {
		b.invalid = append(b.invalid, fmt.Sprintf("%q is not a duration", name))
	}
	return text
}

func (b *body) checkCluster(name string) {
	if !slices.Contains(b.s.options.Clusters, name) {
		b.deny(b.s.options.UnknownClusterStatus, fmt.Sprintf("cluster %q is not registered", name))
	}
}

func (s *Simulator) createTemplate(c simulation.Call) simulation.Reply {
	t, refused := s.readTemplate(c, "creating")
	if refused != nil {
		return *refused
	}
	if !s.AddGPRTemplate(t) {
		if refused := s.templates.taken(t.Name); refused != nil {
			return *refused
		}
		_ = s.ChangeGPRTemplate(t.Name, t) // There is no error, since the template exists.
	}
	return success(map[string]string{"gprTemplateName": t.Name})
}

func (s *Simulator) updateTemplate(c simulation.Call) simulation.Reply {
	t, refused := s.readTemplate(c, "updating")
	if refused != nil {
		return *refused
	}
	if before := s.templates.ByID(t.Name); before != nil && s.options.GPRChangesMerge {
		t.IdleDuration, t.GPUSharing = cmp.Or(t.IdleDuration, before.Value.IdleDuration), cmp.Or(t.GPUSharing, before.Value.GPUSharing)
	}
	if s.ChangeGPRTemplate(t.Name, t) != nil {
		return s.templates.unknown("updating", t.Name)
	}
	return success(struct{}{})
}

// shownTemplate returns the template as responses show it, with members that no request has.
func (s *Simulator) shownTemplate(t GPRTemplate) GPRTemplate {
	t.Namespace, t.GPUSharing = serviceAccountNamespace, cmp.Or(t.GPUSharing, "Exclusive")
	if s.options.NormalizeDurations {
		t.ExitDuration, t.IdleDuration = normalized(t.ExitDuration), normalized(t.IdleDuration)
	}
	return t
}

// normalized returns a duration in the form of time.Duration.String: "1h" as "1h0m0s".
func normalized(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	return d.String()
}

// AddGPRTemplate adds a template outside the API, without validation, and returns false if a template with this name exists.
func (s *Simulator) AddGPRTemplate(t GPRTemplate) bool {
	return s.templates.Add(simulation.Item[GPRTemplate]{ID: t.Name, Value: t})
}

// ChangeGPRTemplate replaces a template outside the API. The error is simulation.ErrUnknown if no template has this name.
func (s *Simulator) ChangeGPRTemplate(name string, to GPRTemplate) error {
	return s.templates.Change(name, func(t *GPRTemplate) error {
		to.Name = cmp.Or(to.Name, name)
		if to.Name != name {
			return errors.New("the name of a template cannot be changed")
		}
		*t = to
		return nil
	})
}

// GPRTemplates returns all templates in the order of the list.
func (s *Simulator) GPRTemplates() []GPRTemplate { return s.templates.values() }

// DeleteGPRTemplate deletes a template outside the API, and reports whether the template existed.
func (s *Simulator) DeleteGPRTemplate(name string) bool { return s.templates.Remove(name) }
