// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation/simulationtest"
)

const (
	templatePath = "/api/v1/gpr-template"
	bindingPath  = "/api/v1/gpr-template-binding"
)

// changed returns a body with changed members; nil removes a member.
func changed(body, changes map[string]any) string {
	maps.Copy(body, changes)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	b, _ := json.Marshal(body)
	return string(b)
}

func newTemplate(changes map[string]any) string {
	return changed(map[string]any{
		"name": "a", "clusterName": "worker-1", "numberOfGPUs": 1, "numberOfGPUNodes": 2, "memoryPerGpu": 40, "gpuShape": "A100",
		"instanceType": "a2-highgpu-2g", "exitDuration": "1h", "priority": 100, "enforceIdleTimeOut": true, "idleTimeOutDuration": "10m",
		"enableEviction": true, "requeueOnFailure": false,
	}, changes)
}

func newBinding(changes map[string]any) string {
	return changed(map[string]any{
		"workspaceName": "red", "enableAutoGPR": true,
		"clusters": []any{map[string]any{"clusterName": "worker-1", "defaultTemplateName": "a", "templates": []string{"a", "b"}}},
	}, changes)
}

const listedTemplate = `{"name":"a","clusterName":"worker-1","numberOfGPUs":1,"numberOfGPUNodes":2,"memoryPerGpu":40,"gpuShape":"A100",` +
	`"instanceType":"a2-highgpu-2g","exitDuration":"1h","priority":100,"enforceIdleTimeOut":true,"enableEviction":true,"requeueOnFailure":false,` +
	`"idleTimeOutDuration":"10m","namespace":"kubeslice-avesha","gpuSharingMode":"Exclusive"}`

func TestGPRTemplatesAndBindings(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{Dialect: egssim.DialectSDK})
	owner := s.owner()
	request := func(method, path, body string) simulationtest.Response { return s.request(method, path, owner, body) }
	request("GET", templatePath+"/list", "").WantBody(200, success+`{"items":[]}}`)
	request("POST", templatePath, newTemplate(nil)).WantBody(200, success+`{"gprTemplateName":"a"}}`)
	request("GET", templatePath+"/list", "").WantBody(200, success+`{"items":[`+listedTemplate+`]}}`)
	request("GET", templatePath+"?gprTemplateName=a", "").WantBody(200, success+listedTemplate+`}`)
	request("GET", bindingPath+"/list", "{}").WantBody(200, success+`{"templateBindings":[]}}`)
	const bound = `"clusters":[{"clusterName":"worker-1","defaultTemplateName":"a","templates":["a","b"]`
	request("POST", bindingPath, newBinding(nil)).WantBody(200, success+`{"name":"red","namespace":"kubeslice-avesha",`+bound+`}],"enableAutoGPR":true}}`)
	shown := `{"name":"red",` + bound + `,"defaultTemplateStatus":"Ready","templateStatus":{"a":"Ready","b":"GPR template \"b\" not found"}}],"enableAutoGPR":true}`
	request("GET", bindingPath+"?gprTemplateBindingName=red", "").WantBody(200, success+shown+`}`)
	request("GET", bindingPath+"/list", "").WantBody(200, success+`{"templateBindings":[`+shown+`]}}`)
	request("PUT", bindingPath, newBinding(map[string]any{"enableAutoGPR": false})).Want(200, `"enableAutoGPR":false`)
	request("PUT", templatePath, newTemplate(map[string]any{"clusterName": "worker-2", "enforceIdleTimeOut": false, "idleTimeOutDuration": nil})).WantBody(200, success+`{}}`)
	if got := s.GPRTemplates(); got[0].ClusterName != "worker-2" || got[0].IdleDuration != "" {
		t.Errorf("got %+v", got)
	}
	request("GET", bindingPath+"/list", "").Want(200, `GPR template \"a\" belongs to cluster \"worker-2\"`)
	request("DELETE", bindingPath, object("gprTemplateBindingName", "red")).WantBody(200, success+`{}}`)
	request("DELETE", templatePath, object("gprTemplateName", "a")).WantBody(200, success+`{}}`)
	if len(s.GPRTemplates())+len(s.GPRBindings()) != 0 {
		t.Errorf("remaining: %v, %v", s.GPRTemplates(), s.GPRBindings())
	}
	for _, path := range []string{templatePath, bindingPath, templatePath + "/list", bindingPath + "/list"} {
		s.request("GET", path, s.as("Editor", "red"), "").Want(403)
	}
}

func TestInvalidGPRRequestsAreRefused(t *testing.T) {
	t.Parallel()
	one := func(changes map[string]any) json.RawMessage {
		return json.RawMessage(changed(map[string]any{"clusterName": "worker-1", "defaultTemplateName": "a", "templates": []string{"a"}}, changes))
	}
	cluster := func(changes map[string]any) map[string]any { return map[string]any{"clusters": []any{one(changes)}} }
	for name, test := range map[string]struct {
		path, body string
		status     int
		text       string
	}{
		"unknown member":       {templatePath, newTemplate(map[string]any{"namespace": "x"}), 422, `"namespace" is not allowed`},
		"no duration":          {templatePath, newTemplate(map[string]any{"exitDuration": ""}), 422, `"exitDuration" is not allowed to be empty`},
		"invalid duration":     {templatePath, newTemplate(map[string]any{"exitDuration": "1 hour"}), 422, `"exitDuration" is not a duration`},
		"no idle timeout":      {templatePath, newTemplate(map[string]any{"idleTimeOutDuration": nil}), 422, `"idleTimeOutDuration" is required`},
		"idle, not enforced":   {templatePath, newTemplate(map[string]any{"enforceIdleTimeOut": false}), 422, `"idleTimeOutDuration" is not allowed`},
		"no priority":          {templatePath, newTemplate(map[string]any{"priority": nil}), 422, `"priority" is required`},
		"no GPUs":              {templatePath, newTemplate(map[string]any{"numberOfGPUs": 0}), 422, `"numberOfGPUs" must be greater`},
		"GPUs a string":        {templatePath, newTemplate(map[string]any{"numberOfGPUs": "1"}), 400, `numberOfGPUs must be an integer`},
		"eviction a string":    {templatePath, newTemplate(map[string]any{"enableEviction": "yes"}), 400, `enableEviction must be a boolean`},
		"invalid name":         {templatePath, newTemplate(map[string]any{"name": "A_1"}), 422, `GprTemplate "A_1" is invalid`},
		"two periods":          {templatePath, newTemplate(map[string]any{"name": "a..b"}), 422, `GprTemplate "a..b" is invalid`},
		"long name":            {templatePath, newTemplate(map[string]any{"name": strings.Repeat("a", 254)}), 422, `is invalid`},
		"unknown cluster":      {templatePath, newTemplate(map[string]any{"clusterName": "worker-9"}), 422, `cluster "worker-9" is not registered`},
		"no clusters":          {bindingPath, newBinding(map[string]any{"clusters": []any{}}), 422, `"clusters" is not allowed to be empty`},
		"unknown workspace":    {bindingPath, newBinding(map[string]any{"workspaceName": "mauve"}), 404, `"mauve" not found`},
		"member of responses":  {bindingPath, newBinding(cluster(map[string]any{"defaultTemplateStatus": "Ready"})), 422, `"defaultTemplateStatus" is not allowed`},
		"no templates":         {bindingPath, newBinding(cluster(map[string]any{"templates": []string{}})), 422, `"templates" is not allowed to be empty`},
		"templates a string":   {bindingPath, newBinding(cluster(map[string]any{"templates": "a"})), 400, `templates must be an array of strings`},
		"other default":        {bindingPath, newBinding(cluster(map[string]any{"defaultTemplateName": "b"})), 422, `"b" is not among`},
		"unregistered cluster": {bindingPath, newBinding(cluster(map[string]any{"clusterName": "worker-9"})), 422, `cluster "worker-9" is not registered`},
		"duplicate cluster":    {bindingPath, newBinding(map[string]any{"clusters": []any{one(nil), one(nil)}}), 422, `cluster "worker-1" is listed twice`},
		"not automatic":        {bindingPath, newBinding(map[string]any{"enableAutoGPR": nil}), 422, `"enableAutoGPR" is required`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, egssim.Options{Dialect: egssim.DialectSDK})
			if got := s.failure(s.request("POST", test.path, s.owner(), test.body)); got.Status != test.status || !strings.Contains(got.text, test.text) {
				t.Errorf("got %+v", got)
			}
			if len(s.GPRTemplates())+len(s.GPRBindings()) != 0 {
				t.Error("the object was created")
			}
		})
	}
}

// TestGPRSwitches sends requests to a simulator in which the template "a" is on worker-1 and bound to the workspace red.
func TestGPRSwitches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options             egssim.Options
		method, path, body  string
		status              int
		want                string // a part of the body
		templates, bindings int
	}{
		"taken name":              {egssim.Options{}, "POST", templatePath, newTemplate(nil), 409, `already exists`, 1, 1},
		"taken name, refused":     {egssim.Options{GPRConflictStatus: 500}, "POST", templatePath, newTemplate(nil), 500, `already exists`, 1, 1},
		"taken name, overwritten": {egssim.Options{GPRConflictStatus: 200}, "POST", templatePath, newTemplate(nil), 200, success, 1, 1},
		"already bound":           {egssim.Options{}, "POST", bindingPath, newBinding(nil), 409, `already exists`, 1, 1},
		"bound, overwritten":      {egssim.Options{GPRConflictStatus: 200}, "POST", bindingPath, newBinding(nil), 200, `"templates":["a","b"]`, 1, 1},
		"in use":                  {egssim.Options{TemplateInUseStatus: 500}, "DELETE", templatePath, object("gprTemplateName", "a"), 500, `in use`, 1, 1},
		"in use, deleted":         {egssim.Options{}, "DELETE", templatePath, object("gprTemplateName", "a"), 200, success, 0, 1},
		"unknown":                 {egssim.Options{}, "DELETE", templatePath, object("gprTemplateName", "b"), 404, `not found`, 1, 1},
		"update unknown":          {egssim.Options{UnknownGPRStatus: 500}, "PUT", templatePath, newTemplate(map[string]any{"name": "b"}), 500, `not found`, 1, 1},
		"get unknown":             {egssim.Options{}, "GET", templatePath + "?gprTemplateName=b", "", 404, `not found`, 1, 1},
		"unknown binding":         {egssim.Options{}, "DELETE", bindingPath, object("gprTemplateBindingName", "b"), 404, `not found`, 1, 1},
		"get unknown binding":     {egssim.Options{}, "GET", bindingPath + "?gprTemplateBindingName=b", "", 404, `not found`, 1, 1},
		"update unknown binding":  {egssim.Options{}, "PUT", bindingPath, newBinding(map[string]any{"workspaceName": "blue"}), 404, `not found`, 1, 1},
		"own names":               {egssim.Options{OwnBindingNames: true}, "POST", bindingPath, newBinding(map[string]any{"workspaceName": "blue"}), 200, `"name":"binding-blue"`, 1, 2},
		"no status":               {egssim.Options{NoTemplateStatus: true}, "GET", bindingPath + "?gprTemplateBindingName=red", "", 200, `"templates":["a"]}]`, 1, 1},
		"normalized":              {egssim.Options{NormalizeDurations: true}, "GET", templatePath + "/list", "", 200, `"exitDuration":"1h0m0s"`, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			s.AddGPRTemplate(egssim.GPRTemplate{Name: "a", ClusterName: "worker-1", ExitDuration: "1h"})
			s.AddGPRBinding(egssim.GPRBinding{Workspace: "red", Clusters: []egssim.GPRBoundCluster{
				{ClusterName: "worker-1", DefaultTemplateName: "a", Templates: []string{"a"}},
			}})
			s.request(test.method, test.path, s.owner(), test.body).Want(test.status, test.want)
			if len(s.GPRTemplates()) != test.templates || len(s.GPRBindings()) != test.bindings {
				t.Errorf("remaining: %v, %v", s.GPRTemplates(), s.GPRBindings())
			}
		})
	}
	limited := serve(t, egssim.Options{MaxPriority: 50})
	limited.request("POST", templatePath, limited.owner(), newTemplate(map[string]any{"name": strings.Repeat("b.", 126) + "b"})).Want(200)
	limited.request("POST", templatePath, limited.owner(), newTemplate(nil)).Want(200)
	limited.request("GET", templatePath+"/list", limited.owner(), "").Want(200, `"priority":50`)
	merging := serve(t, egssim.Options{GPRChangesMerge: true})
	merging.AddGPRTemplate(egssim.GPRTemplate{Name: "a", EnforceIdle: true, IdleDuration: "10m"})
	merging.request("PUT", templatePath, merging.owner(), newTemplate(map[string]any{"enforceIdleTimeOut": false, "idleTimeOutDuration": nil})).Want(200)
	if got := merging.GPRTemplates()[0]; got.EnforceIdle || got.IdleDuration != "10m" {
		t.Errorf("got %+v", got)
	}
	for merges, left := range map[bool]string{true: "Shared", false: ""} {
		s := serve(t, egssim.Options{GPRChangesMerge: merges})
		s.AddGPRTemplate(egssim.GPRTemplate{Name: "a"})
		for _, mode := range []any{"Shared", nil} {
			s.request("PUT", templatePath, s.owner(), newTemplate(map[string]any{"gpuSharingMode": mode})).Want(200)
			if got, want := s.GPRTemplates()[0].GPUSharing, map[bool]string{true: left, false: "Shared"}[mode == nil]; got != want {
				t.Errorf("merges: %t: got %q, want %q", merges, got, want)
			}
		}
	}
}

func TestGPRObjectsAreChangedOutsideTheAPI(t *testing.T) {
	t.Parallel()
	s := serve(t, egssim.Options{})
	for path, of := range map[string]func() int{
		"gpr-templates":         func() int { return len(s.GPRTemplates()) },
		"gpr-template-bindings": func() int { return len(s.GPRBindings()) },
	} {
		s.Control(204, "POST", path, `{"name":"red"}`)
		s.Control(409, "POST", path, `{"name":"red"}`)
		s.Control(204, "PUT", path+"/red", `{}`)
		s.Control(404, "PUT", path+"/blue", `{}`)
		if of() != 1 {
			t.Errorf("%d of %s, want 1", of(), path)
		}
		s.Control(200, "GET", path, "")
		s.Control(204, "DELETE", path+"/red", "")
	}
}
