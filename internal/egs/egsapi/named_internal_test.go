// SPDX-License-Identifier: MPL-2.0

package egsapi

import (
	"encoding/json"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
)

func decodeTemplateList(data string) (*apiclient.Listing[GPRTemplate], error) {
	return decodeNamed(json.RawMessage(data), "items", 1000, templateName, checkTemplate)
}

func TestDecodeTemplates_entries(t *testing.T) {
	t.Parallel()
	clienttest.Entries(t, `{"items":[{"name":"first"},%s,{"name":"last"}]}`, decodeTemplateList, func(t GPRTemplate) string { return t.Name }, nil,
		map[string]clienttest.Entry[GPRTemplate]{
			"name alone":        {JSON: `{"name":"a"}`, Want: &GPRTemplate{Name: "a"}},
			"more members":      {JSON: `{"name":"a","gpuSharingMode":"Exclusive","priority":7}`, Want: &GPRTemplate{Name: "a", Priority: 7}},
			"null":              {JSON: `{"name":"a","idleTimeOutDuration":null,"gpuShape":null}`, Want: &GPRTemplate{Name: "a"}},
			"idle not enforced": {JSON: `{"name":"a","enforceIdleTimeOut":false,"idleTimeOutDuration":"1m"}`, Want: &GPRTemplate{Name: "a"}},
			"no idle duration":  {JSON: `{"name":"a","enforceIdleTimeOut":true}`, Want: &GPRTemplate{Name: "a"}},
			"priority a text":   {JSON: `{"name":"a","priority":"high"}`, UnreadableID: "a"},
			"shape a number":    {JSON: `{"gpuShape":7,"name":"a"}`, UnreadableID: "a"},
			"duplicate name":    {JSON: `{"name":"first"}`, UnreadableID: "first"},
			"no name":           {JSON: `{"priority":7}`, Unreadable: 1},
			"name of two lines": {JSON: `{"name":"a\nb"}`, Unreadable: 1},
			"null entry":        {JSON: `null`, Unreadable: 1},
			"number":            {JSON: `7`, Unreadable: 1},
		})
}

func FuzzDecodeTemplates(f *testing.F) {
	clienttest.FuzzListing(f, `{"items":[{"name":"a","clusterName":"worker-1","exitDuration":"1h","priority":100,"enforceIdleTimeOut":true,"idleTimeOutDuration":"5m"}]}`,
		decodeTemplateList, func(t GPRTemplate) string { return t.Name },
		func(all []GPRTemplate) string { return clienttest.JSON(map[string]any{"items": all}) },
		func(a, b GPRTemplate) bool { return a == b })
}

func fuzzClient() *Client {
	return &Client{conn: &apiclient.Conn{Secrets: apiclient.NewSecrets(secretAnywhere, "hush")}}
}

func decodeBindingList(data string) (*apiclient.Listing[GPRBinding], error) {
	return decodeNamed(json.RawMessage(data), "templateBindings", 1000, bindingName, fuzzClient().checkBinding)
}

func TestDecodeBindings_entries(t *testing.T) {
	t.Parallel()
	of := func(statuses map[string]status) *GPRBinding {
		return &GPRBinding{Name: "a", Clusters: []GPRBindingCluster{{ClusterName: "c", DefaultTemplateName: "t", TemplateStatus: statuses}}}
	}
	clienttest.Entries(t, `{"templateBindings":[{"name":"first"},%s,{"name":"last"}]}`, decodeBindingList, func(b GPRBinding) string { return b.Name }, nil,
		map[string]clienttest.Entry[GPRBinding]{
			"name alone": {JSON: `{"name":"a"}`, Want: &GPRBinding{Name: "a"}},
			"nulls":      {JSON: `{"name":"a","clusters":null,"enableAutoGPR":null}`, Want: &GPRBinding{Name: "a"}},
			"statuses": {
				JSON: `{"name":"a","clusters":[{"clusterName":"c","defaultTemplateName":"t","defaultTemplateStatus":"x","templateStatus":{"t":"y"}}]}`,
				Want: of(map[string]status{"t": "y"}),
			},
			"status of the default": {
				JSON: `{"name":"a","clusters":[{"clusterName":"c","defaultTemplateName":"t","defaultTemplateStatus":"x"}]}`,
				Want: of(map[string]status{"t": "x"}),
			},
			"statuses of other types": {
				JSON: `{"name":"a","clusters":[{"clusterName":"c","defaultTemplateName":"t","defaultTemplateStatus":7,"templateStatus":{"t":{"x":1}}}]}`,
				Want: of(map[string]status{"t": `{"x":1}`}),
			},
			"secret in a status": {
				JSON: `{"name":"a","clusters":[{"clusterName":"c","defaultTemplateName":"t","defaultTemplateStatus":"key hush\u2028is bad"}]}`,
				Want: of(map[string]status{"t": "key (hidden) is bad"}),
			},
			"clusters a string":  {JSON: `{"name":"a","clusters":"c"}`, UnreadableID: "a"},
			"unnamed cluster":    {JSON: `{"name":"a","clusters":[{}]}`, UnreadableID: "a"},
			"templates a string": {JSON: `{"name":"a","clusters":[{"clusterName":"c","templates":"t"}]}`, UnreadableID: "a"},
			"no name":            {JSON: `{"clusters":[]}`, Unreadable: 1},
			"null":               {JSON: `null`, Unreadable: 1},
		})
}

func FuzzDecodeBindings(f *testing.F) {
	clienttest.FuzzListing(f, `{"templateBindings":[{"name":"a","clusters":[{"clusterName":"c","defaultTemplateName":"t","templates":["t"],"templateStatus":{"t":"Ready"}}]}]}`,
		decodeBindingList, func(b GPRBinding) string { return b.Name },
		func(all []GPRBinding) string { return clienttest.JSON(map[string]any{"templateBindings": all}) },
		func(a, b GPRBinding) bool { return a.Name == b.Name && a.Is(b) })
}
