// SPDX-License-Identifier: MPL-2.0

package gaiasim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/gaia/gaiasim"
)

// TestDocumentedCalls sends the four calls of the API-key page with the documented bodies, and checks the responses.
func TestDocumentedCalls(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]gaiasim.KeyForm{"UUIDs": gaiasim.KeyUUID, "keys to escape": gaiasim.KeyToEscape} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, gaiasim.Options{KeyForm: form})
			key := s.create(`{"permissions":"read"}`)
			admin, quoted := quote(s.AdminKey()), quote(key)
			list := func(permissions string) string {
				return `[{"api_key":` + admin + `,"config":{"permissions":"write"}},{"api_key":` + quoted + `,"config":{"permissions":"` + permissions + `"}}]`
			}
			s.Request("GET", keysPath, "").WantBody(200, list("read"))
			s.Request("PUT", keysPath+url.PathEscape(key), `{"config":{"permissions":"write"}}`).WantBody(200, `{"api_key":`+quoted+`,"result":"updated"}`)
			s.Request("GET", keysPath, "").WantBody(200, list("write"))
			s.Request("DELETE", deletePath+url.PathEscape(key), "").WantBody(200, `{"api_key":`+quoted+`,"result":"deleted"}`)
			s.Request("GET", keysPath, "").WantBody(200, `[{"api_key":`+admin+`,"config":{"permissions":"write"}}]`)
		})
	}
}

// quote returns s as a JSON string. Of the characters that encoding/json escapes, keys contain only "&".
func quote(s string) string {
	return `"` + strings.ReplaceAll(s, "&", `\u0026`) + `"`
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	key := s.create(`{"permissions":"read"}`)
	for request, status := range map[string]int{
		"GET /":                             404,
		"GET " + keysPath[:len(keysPath)-1]: 404,
		"GET " + keysPath + key:             405,
		"DELETE " + keysPath + key:          405,
		"DELETE " + deletePath:              405,
		"PATCH " + keysPath:                 405,
		"PUT " + keysPath:                   405,
		"POST " + keysPath + key:            405,
	} {
		method, path, _ := strings.Cut(request, " ")
		s.Request(method, path, "").Want(status, `{"detail":"`)
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	reader := s.AddKey(gaiasim.Key{Permissions: "read"})
	for authorization, status := range map[string]int{
		"":                        401,
		"Search":                  401,
		"Search hush":             401,
		"Bearer " + s.AdminKey():  401,
		"Search  " + s.AdminKey(): 401,
		s.AdminKey():              401,
		"Search " + reader:        403,
		"Search " + s.AdminKey():  200,
	} {
		for method, path := range map[string]string{"GET": keysPath, "POST": keysPath, "PUT": keysPath + reader} {
			body := ""
			if method != "GET" {
				body = `{"config":{"permissions":"read"}}`
			}
			s.RequestAs(authorization, method, path, body).Want(status)
		}
	}
}

// If the administrator's key is changed to the permissions "read", or deleted, the service refuses the next request with it.
func TestOwnKeyChangedOrDeleted(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	s.Request("PUT", keysPath+s.AdminKey(), `{"config":{"permissions":"read"}}`).WantBody(200, `{"api_key":"`+s.AdminKey()+`","result":"updated"}`)
	s.Request("GET", keysPath, "").Want(403)
	s.DeleteKey(s.Keys()[0].ID)
	s.Request("GET", keysPath, "").Want(401)
}

func TestInvalidBodies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`7`:                               `{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}`,
		`null`:                            `{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}`,
		`{`:                               `{"loc":["body"],"msg":"value is not a valid dict","type":"type_error.dict"}`,
		`{}`:                              `{"loc":["body","config"],"msg":"field required","type":"value_error.missing"}`,
		`{"config":7}`:                    `{"loc":["body","config"],"msg":"value is not a valid dict","type":"type_error.dict"}`,
		`{"config":null}`:                 `{"loc":["body","config"],"msg":"value is not a valid dict","type":"type_error.dict"}`,
		`{"config":{}}`:                   `{"loc":["body","config","permissions"],"msg":"field required","type":"value_error.missing"}`,
		`{"config":{"permissions":7}}`:    `{"loc":["body","config","permissions"],"msg":"str type expected","type":"type_error.str"}`,
		`{"config":{"permissions":null}}`: `{"loc":["body","config","permissions"],"msg":"str type expected","type":"type_error.str"}`,
		`{"config":{"permissions":"read"},"name":"a"}`: `{"loc":["body","name"],"msg":"extra fields not permitted","type":"value_error.extra"}`,
	} {
		s := serve(t, gaiasim.Options{})
		s.Request("POST", keysPath, body).WantBody(422, `{"detail":[`+want+`]}`)
		s.Request("PUT", keysPath+s.AdminKey(), body).WantBody(422, `{"detail":[`+want+`]}`)
		if len(s.Keys()) != 1 || s.Keys()[0].Config.Permissions() != "write" {
			t.Errorf("%s changed a key", body)
		}
	}
	s := serve(t, gaiasim.Options{})
	header := http.Header{"Authorization": {"Search " + s.AdminKey()}, "Content-Type": {"text/plain"}}
	s.Send(t.Context(), "POST", keysPath, header, `{"config":{"permissions":"read"}}`).Want(422) // The content type is not JSON.
}

// The service stores further members of any type unchanged.
func TestFurtherMembers(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{})
	key := s.create(`{"z":1.50,"permissions":"any","a":{"b":[true,null,"x"]}}`)
	s.lists(`{"api_key":"` + key + `","config":{"a":{"b":[true,null,"x"]},"permissions":"any","z":1.50}}`)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	const (
		read    = `{"config":{"permissions":"read"}}`
		unknown = "00000000-0000-4000-8000-000000000000"
	)
	for name, test := range map[string]struct {
		options            gaiasim.Options
		method, path, body string
		status             int
		response           string
	}{
		"unknown key, 404":  {gaiasim.Options{}, "PUT", keysPath + unknown, read, 404, `{"detail":"API key not found"}`},
		"unknown key, 400":  {gaiasim.Options{UnknownKeyStatus: 400}, "DELETE", deletePath + unknown, "", 400, `{"detail":"API key not found"}`},
		"errors as details": {gaiasim.Options{ErrorForm: gaiasim.ErrorsAsDetails}, "DELETE", deletePath + unknown, "", 404, `{"detail":[{"loc":[],"msg":"API key not found","type":"error"}]}`},
		"errors empty":      {gaiasim.Options{ErrorForm: gaiasim.ErrorsEmpty}, "DELETE", deletePath + unknown, "", 404, ``},
		"errors not empty":  {gaiasim.Options{ErrorForm: gaiasim.ErrorsEmpty, UnknownKeyStatus: 409}, "DELETE", deletePath + unknown, "", 409, `{"detail":"API key not found"}`},
		"errors all text":   {gaiasim.Options{ErrorForm: gaiasim.ErrorsAllText}, "POST", keysPath, `{"config":{}}`, 422, `{"detail":"body.config.permissions: field required"}`},
		"other permissions": {
			gaiasim.Options{RefuseOtherPermissions: true},
			"POST", keysPath, `{"config":{"permissions":"admin"}}`, 422,
			`{"detail":[{"loc":["body","config","permissions"],"msg":"value is not a valid enumeration member; permitted: 'read', 'write'","type":"type_error.enum"}]}`,
		},
		"further members": {
			gaiasim.Options{RefuseFurtherMembers: true},
			"POST", keysPath, `{"config":{"permissions":"read","a":1}}`, 422,
			`{"detail":[{"loc":["body","config","a"],"msg":"extra fields not permitted","type":"value_error.extra"}]}`,
		},
		"authentication disabled": {gaiasim.Options{AuthenticationDisabled: true}, "POST", keysPath, read, 400, `{"detail":"Authentication is not enabled"}`},
		"empty list":              {gaiasim.Options{Admin: "a:b"}, "GET", keysPath, "", 200, `[]`},
		"empty list as 404":       {gaiasim.Options{Admin: "a:b", EmptyListAs404: true}, "GET", keysPath, "", 404, `{"detail":"No API keys found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, test.options)
			s.Request(test.method, test.path, test.body).WantBody(test.status, test.response)
		})
	}
}

func TestUpdatesReplaceOrMerge(t *testing.T) {
	t.Parallel()
	for merges, want := range map[bool]string{
		false: `"config":{"b":3,"permissions":"write"}`,
		true:  `"config":{"a":1,"b":3,"permissions":"write"}`,
	} {
		s := serve(t, gaiasim.Options{UpdateMerges: merges})
		key := s.create(`{"permissions":"read","a":1,"b":2}`)
		s.Request("PUT", keysPath+key, `{"config":{"permissions":"write","b":3}}`)
		s.lists(want)
	}
}

func TestOptions_list(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{HideKeys: true, AddsMember: true, ReadKeysMayManage: true})
	key := s.create(`{"permissions":"read"}`)
	s.RequestAs("Search "+key, "GET", keysPath, "").Want(200, `{"api_key":"****`+key[len(key)-4:]+`","config":{"permissions":"read","source":"api"}}`)
}

func TestSchemeAndAdministrator(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{Scheme: "Basic", Admin: "YWRtaW46aHVzaA=="})
	s.RequestAs("Basic YWRtaW46aHVzaA==", "GET", keysPath, "").WantBody(200, "[]")
	s.RequestAs("Search YWRtaW46aHVzaA==", "GET", keysPath, "").Want(401)
}

func TestSeededKeys(t *testing.T) {
	t.Parallel()
	s := serve(t, gaiasim.Options{Keys: 4})
	var permissions []string
	for _, key := range s.Keys() {
		permissions = append(permissions, key.Config.Permissions())
	}
	if got := strings.Join(permissions, " "); got != "write read write read write" {
		t.Errorf("got %s", got)
	}
}
