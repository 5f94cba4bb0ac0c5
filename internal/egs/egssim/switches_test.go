// SPDX-License-Identifier: MPL-2.0

package egssim_test

import (
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
)

func TestSwitches(t *testing.T) {
	t.Parallel()
	const unknownKey = `{"apiKey":"45338461-ec42-49d2-aef3-ff39099950c5"}`
	const red = `{"workspaceName":"red"}`
	const createKey, deleteKey, listKeys = "POST " + keyPath, "DELETE " + keyPath, "GET " + listPath
	const createWorkspace, deleteWorkspace, listWorkspaces = "POST " + workspacePath, "DELETE " + workspacePath, "GET " + workspaceListPath
	key := func(changes ...string) string {
		return object(append([]string{"name", "a", "role", "Owner", "validity", "2027-01-01"}, changes...)...)
	}
	none := []string{}
	for name, test := range map[string]struct {
		options       egssim.Options
		request, body string
		status        int
		want          string // expected in the body of the response
	}{
		"empty list":               {egssim.Options{}, listKeys + "?workspace=green", "", 404, `\"Errormessage\":\"No API Keys found\"`},
		"empty list, flat":         {egssim.Options{FlatErrors: true}, listKeys + "?workspace=green", "", 404, `"status":"Error","message":"No API Keys found"`},
		"today":                    {egssim.Options{}, createKey, key("validity", "2026-11-21"), 200, success},
		"today, exclusive":         {egssim.Options{ExpiryExclusive: true}, createKey, key("validity", "2026-11-21"), 422, `in the past`},
		"past date":                {egssim.Options{PastDateStatus: 409, FlatErrors: true}, createKey, key("validity", "2020-01-01"), 409, `"message":"Error creating Api Key: validity 2020-01-01 is in the past","error":{"errorKey":"",`},
		"unknown role":             {egssim.Options{UnknownRoleStatus: 403, FlatErrors: true}, createKey, key("role", "Boss"), 403, `Boss`},
		"unknown workspace":        {egssim.Options{UnknownWorkspaceStatus: 500, FlatErrors: true}, createKey, key("workspaceName", "x"), 500, `not found`},
		"delete response":          {egssim.Options{}, deleteWorkspace, red, 200, success + `{}}`},
		"delete response, null":    {egssim.Options{DeleteBody: egssim.DeleteBodyNull}, deleteWorkspace, red, 200, `null`},
		"delete response, empty":   {egssim.Options{DeleteBody: egssim.DeleteBodyEmpty}, deleteWorkspace, red, 200, ``},
		"delete unknown":           {egssim.Options{}, deleteKey, unknownKey, 404, `API Key not found`},
		"delete unknown, flat":     {egssim.Options{FlatErrors: true}, deleteKey, unknownKey, 404, `"message":"Error deleting Api Key: API Key not found"`},
		"delete something else":    {egssim.Options{}, deleteKey, `{"apiKey":"nonsense"}`, 404, `not found`},
		"delete no key":            {egssim.Options{}, deleteKey, `{}`, 422, `apiKey`},
		"delete no JSON":           {egssim.Options{}, deleteKey, `apiKey`, 400, `JSON`},
		"delete a number":          {egssim.Options{}, deleteKey, `{"apiKey":1}`, 400, `apiKey must be a string`},
		"unknown member, SDK":      {egssim.Options{Dialect: egssim.DialectSDK}, deleteKey, `{"apiKey":"x","id":"y"}`, 422, `\"id\\\" is not allowed`},
		"unknown member, REST":     {egssim.Options{Dialect: egssim.DialectREST}, deleteKey, `{"apiKey":"x","id":"y"}`, 422, `\"id\\\" is not allowed`},
		"unknown member, lenient":  {egssim.Options{Dialect: egssim.DialectLenient}, deleteKey, `{"apiKey":"x","id":1}`, 404, `not found`},
		"no workspaces":            {egssim.Options{Workspaces: none}, listWorkspaces, "", 200, success + `{"workspaces":[]}}`},
		"unknown cluster":          {egssim.Options{UnknownClusterStatus: 404, FlatErrors: true, Clusters: []string{"c"}}, createWorkspace, newWorkspace("a", nil), 404, `clusters that are not registered`},
		"lenient workspace":        {egssim.Options{}, createWorkspace, newWorkspace("a", map[string]any{"x": 1}), 200, success},
		"delete unknown workspace": {egssim.Options{DeleteUnknownWorkspaceStatus: 422, FlatErrors: true}, deleteWorkspace, `{"workspaceName":"a"}`, 422, `\"a\" not found`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			method, path, _ := strings.Cut(test.request, " ")
			got := s.request(method, path, s.owner(), test.body)
			if got.Status != test.status || !strings.Contains(got.Body, test.want) || (test.want == "") != (got.Body == "") {
				t.Errorf("got %d %s", got.Status, got.Body)
			}
		})
	}
}

// TestSwitches_emptyLists lists the keys and the workspaces of a simulator that has no keys and no workspaces.
func TestSwitches_emptyLists(t *testing.T) {
	t.Parallel()
	const envelope = `{"statusCode":200,"status":"OK","message":"Success"`
	for form, want := range map[egssim.EmptyList]struct {
		status           int
		keys, workspaces string // expected in the body of the response
	}{
		egssim.EmptyListArray:    {200, envelope + `,"data":{"data":[]}}`, envelope + `,"data":{"workspaces":[]}}`},
		egssim.EmptyListNull:     {200, envelope + `,"data":{"data":null}}`, envelope + `,"data":{"workspaces":null}}`},
		egssim.EmptyListMissing:  {200, envelope + `,"data":{}}`, envelope + `,"data":{}}`},
		egssim.EmptyListNullData: {200, envelope + `,"data":null}`, envelope + `,"data":null}`},
		egssim.EmptyListNoData:   {200, `{"message":"Success","status":"OK","statusCode":200}`, `{"message":"Success","status":"OK","statusCode":200}`},
		egssim.EmptyListNotFound: {404, `Resource not found`, `Resource not found`},
	} {
		s := serve(t, egssim.Options{EmptyKeyList: form, EmptyWorkspaceList: form, Workspaces: []string{}})
		for path, body := range map[string]string{listPath + "?workspace=green": want.keys, workspaceListPath: want.workspaces} {
			s.request("GET", path, s.owner(), "").Want(want.status, body)
		}
	}
}
