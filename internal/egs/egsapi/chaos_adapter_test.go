// SPDX-License-Identifier: MPL-2.0

package egsapi_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/chaos"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/clienttest"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egssim"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// TestAPIKeys_chaos tests keys of the workspace red. The second client is an Editor of red. The third client is an Editor of
// the workspace green.
func TestAPIKeys_chaos(t *testing.T) {
	chaos.Test(t, chaos.Adapter{
		LogIn: "POST " + authPath, List: "GET " + listPath, Create: "POST " + keyPath, Delete: "DELETE " + keyPath,
		Variants: []string{"sdk", "rest", "opaque", "filtered", "masked", "null", "404"},
		New: func(variant string, lag time.Duration) chaos.Service {
			options := map[string]egssim.Options{
				"sdk":      {Dialect: egssim.DialectSDK},
				"rest":     {Dialect: egssim.DialectREST},
				"opaque":   {OpaqueTokens: true, TokenTTL: 1000 * time.Hour},
				"filtered": {UnfilteredList: egssim.UnfilteredRefused},
				"masked":   {ListedSecrets: egssim.SecretsMasked},
				"null":     {EmptyKeyList: egssim.EmptyListNull, TokenTTL: 1000 * time.Hour},
				"404":      {EmptyKeyList: egssim.EmptyListNotFound, TokenTTL: 1000 * time.Hour},
			}[variant]
			options.ListLag = lag
			s := egssim.New(options)
			var editors []string
			for _, workspace := range []string{"red", "red", "green"} {
				editors = append(editors, s.AddKey(egssim.Key{Name: "caller", Role: "Editor", WorkspaceName: workspace, Validity: "2100-01-01"}))
			}
			settles := chaos.Adopted
			if variant == "masked" {
				settles = chaos.Uncertain
			}
			// Access tokens stay valid after their keys are deleted. So clients can list keys even if no key exists.
			var tokens []string
			if options.EmptyKeyList != egssim.EmptyListUsual {
				for _, secret := range append([]string{s.OwnerKey()}, editors[1:]...) {
					tokens = append(tokens, s.Token(secret))
				}
				for _, key := range s.Keys() {
					s.DeleteKey(key.ID)
				}
			}
			return chaos.Service{
				Simulator: s, LostOutcome: settles,
				Things: func() []chaos.Thing {
					return chaos.Things(s.Keys(), func(key egssim.ListedKey) (id, name string) { return key.ID, key.Name })
				},
				Add: func(kind int, equal bool) string {
					return egsapi.APIKeyID(s.AddKey(egssim.Key{
						Name: chaos.Name(kind), Role: map[bool]string{true: "Viewer", false: "Editor"}[equal], WorkspaceName: "red", Validity: "2100-01-01",
					}))
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					config := egsapi.Config{Endpoint: endpoint, APIKey: editors[number], Now: time.Now}
					switch {
					case tokens != nil:
						config.APIKey, config.AccessToken = "", tokens[number]
					case number == 0 && variant != "filtered":
						config.APIKey = s.OwnerKey()
					case variant == "opaque":
						config.AccessToken = s.Token(editors[number])
					}
					return chaosKeyClient(egsapi.New(config, t))
				},
			}
		},
	})
}

func chaosKeyClient(c *egsapi.Client) *chaos.Client {
	ref := func(s chaos.Saved) egsapi.KeyRef {
		return egsapi.KeyRef{ID: s.ID, Secret: s.Secret, Role: "Viewer", WorkspaceName: "red", Created: s.Created}
	}
	return &chaos.Client{
		Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
			key, err := c.CreateAPIKey(ctx, egsapi.NewAPIKey{
				Name: chaos.Name(kind), Role: "Viewer", UserName: "admin", WorkspaceName: "red", ValidUntil: "2100-01-01",
			})
			if err != nil {
				return chaos.Saved{}, err
			}
			return chaos.Saved{ID: key.ID, Secret: key.Secret, Created: key.CreatedAt, Adopted: key.Adopted}, nil
		},
		List:   listedKeys(c, "red"),
		Find:   func(ctx context.Context, s chaos.Saved) error { return clienttest.Err(c.APIKey(ctx, ref(s))) },
		Delete: func(ctx context.Context, s chaos.Saved) error { return c.DeleteAPIKey(ctx, ref(s)) },
	}
}

// namedWorkspaces uses the names of workspaces as ids and secrets.
type namedWorkspaces struct{ *egssim.Simulator }

func (s namedWorkspaces) Secret(name string) string  { return `"` + name + `"` }
func (s namedWorkspaces) DeleteKey(name string) bool { return s.DeleteWorkspace(name) }

func TestWorkspaces_chaos(t *testing.T) {
	const path = "/api/v1/slice-workspace"
	chaos.Test(t, chaos.Adapter{
		List: "GET " + path + "/list", Create: "POST " + path, Delete: "DELETE " + path, Unique: true,
		Variants: []string{"JWT", "opaque"},
		New: func(variant string, lag time.Duration) chaos.Service {
			s := egssim.New(egssim.Options{Options: simulation.Options{ListLag: lag}, OpaqueTokens: variant == "opaque"})
			return chaos.Service{
				Simulator: namedWorkspaces{s}, LostOutcome: chaos.Adopted,
				Things: func() []chaos.Thing {
					return chaos.Things(s.Workspaces(), func(w egssim.Workspace) (id, name string) { return w.Name, w.Name })
				},
				Add: func(kind int, equal bool) string {
					w := egssim.Workspace{Name: chaos.Name(kind), Clusters: []string{"worker-1"}, Namespaces: []string{"a"}}
					if !equal {
						w.Clusters = []string{"worker-2"}
					}
					return map[bool]string{true: w.Name}[s.AddWorkspace(w)]
				},
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *chaos.Client {
					if number > 1 {
						return nil // There is no client 2, since only Owners can list workspaces.
					}
					return chaosWorkspaceClient(egsapi.New(egsapi.Config{Endpoint: endpoint, APIKey: s.OwnerKey(), Now: time.Now}, t))
				},
			}
		},
	})
}

func chaosWorkspaceClient(c *egsapi.Client) *chaos.Client {
	return &chaos.Client{
		Create: func(ctx context.Context, kind int) (chaos.Saved, error) {
			w := egsapi.NewWorkspace{
				Name: chaos.Name(kind), Clusters: []string{"worker-1"}, Namespaces: []string{"a"}, UserName: "admin", Email: "admin@example.com",
			}
			at, adopted, err := c.CreateWorkspace(ctx, w)
			if err != nil {
				return chaos.Saved{}, err
			}
			return chaos.Saved{ID: w.Name, Secret: namedWorkspaces{}.Secret(w.Name), Created: at, Adopted: adopted}, nil
		},
		List: listedWorkspaces(c),
		Find: func(ctx context.Context, s chaos.Saved) error {
			return clienttest.Err(c.Workspace(ctx, s.ID, s.Created))
		},
		Delete: func(ctx context.Context, s chaos.Saved) error { return c.DeleteWorkspace(ctx, s.ID, s.Created) },
	}
}
