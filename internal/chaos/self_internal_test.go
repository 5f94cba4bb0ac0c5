// SPDX-License-Identifier: MPL-2.0

package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/transport"
)

// shelf is a small service that exists only for this test. The secret of a thing is its id. A list response has the ids and
// names of all things.
type shelf struct {
	*simulation.Server
	mu    sync.Mutex
	last  int
	names map[string]string
}

func (s *shelf) add(name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	id = fmt.Sprintf("id-%d.", s.last)
	s.names[id] = name
	return id
}

func (s *shelf) Secret(id string) string { return id }

func (s *shelf) DeleteKey(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.names, id)
	return true
}

// named returns the ids of the things of the kind, sorted.
func (s *shelf) named(kind int) (ids []string) {
	for id, name := range s.held() {
		if name == Name(kind) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (s *shelf) held() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.names)
}

func (s *shelf) service() simulation.Service {
	failure := func(status int, _ string) simulation.Reply { return simulation.Reply{Status: status} }
	return simulation.Service{
		Routes: []simulation.Route{
			{Method: http.MethodGet, Path: "/things", Handle: func(simulation.Call) simulation.Reply {
				return simulation.JSON(http.StatusOK, s.held())
			}},
			{Method: http.MethodDelete, Path: "/things/{id}", Handle: func(c simulation.Call) simulation.Reply {
				s.DeleteKey(c.Parameter)
				return simulation.JSON(http.StatusOK, "deleted")
			}},
			{Method: http.MethodPost, Path: "/things", Handle: func(c simulation.Call) simulation.Reply {
				var name string
				if json.Unmarshal(c.Body, &name) != nil {
					return failure(http.StatusBadRequest, "no name")
				}
				return simulation.JSON(http.StatusOK, s.add(name))
			}},
		},
		Otherwise: func(simulation.Call) simulation.Reply { return failure(http.StatusNotFound, "") },
		Failure:   failure,
	}
}

// shelfAdapter returns an adapter for clients with a mistake. The function worsen adds the mistake to a correct client.
func shelfAdapter(worsen func(*Client, *shelf)) Adapter {
	return Adapter{
		List: "GET /things", Create: "POST /things", Delete: "DELETE /things/{id}", Variants: []string{""},
		New: func(string, time.Duration) Service {
			s := &shelf{names: map[string]string{}}
			s.Server = simulation.NewServer(simulation.Options{}, s.service())
			return Service{
				Simulator: s, LostOutcome: Adopted,
				Things: func() []Thing {
					names := s.held()
					return Things(slices.Sorted(maps.Keys(names)), func(id string) (string, string) { return id, names[id] })
				},
				Add: func(kind int, _ bool) string { return s.add(Name(kind)) },
				Connect: func(number int, endpoint *url.URL, t *transport.Client) *Client {
					if number > 1 {
						return nil
					}
					c := newShelfClient(endpoint, t)
					client := &Client{Create: c.create, Find: c.find, Delete: c.delete, List: c.list}
					worsen(client, s)
					return client
				},
			}
		},
	}
}

// shelfClient is a correct client.
type shelfClient struct {
	conn     *apiclient.Conn
	listings apiclient.Listings[[2]string]
}

func newShelfClient(endpoint *url.URL, t *transport.Client) *shelfClient {
	c := &shelfClient{conn: &apiclient.Conn{
		Transport: t, Endpoint: endpoint, Secrets: apiclient.NewSecrets(nil), Clock: apiclient.Clock{Local: time.Now},
	}}
	c.listings = apiclient.Listings[[2]string]{ID: func(item *[2]string) string { return item[0] }, Clock: &c.conn.Clock, Pause: t.Pause, Fetch: func(ctx context.Context, _ string, _ bool) (*apiclient.Listing[[2]string], error) {
		var names map[string]string
		if err := c.send(ctx, http.MethodGet, "things", nil, &names); err != nil {
			return nil, err
		}
		l := &apiclient.Listing[[2]string]{}
		for id, name := range names {
			l.Add(id, [2]string{id, name}, nil)
		}
		return l, nil
	}}
	return c
}

func (c *shelfClient) send(ctx context.Context, method, path string, body, into any) error {
	call := apiclient.Call{
		Method: method, Path: path, Body: body, Writes: method != http.MethodGet, Repeatable: method == http.MethodGet,
	}
	response, err := c.conn.Send(ctx, call)
	switch {
	case err != nil:
		return err
	case response.Status >= http.StatusMultipleChoices && response.Status < http.StatusBadRequest, response.Status == http.StatusPartialContent,
		response.Status == http.StatusOK && json.Unmarshal(response.Body, into) != nil:
		return c.conn.UnexpectedResponse(call, response, "foreign")
	case response.Status != http.StatusOK:
		return c.conn.Failed(call, apiclient.Error{Status: response.Status})
	}
	return nil
}

func (c *shelfClient) create(ctx context.Context, kind int) (Saved, error) {
	name := Name(kind)
	created, err := c.listings.Create(ctx, apiclient.Creation[[2]string]{
		Turn: name,
		Send: func(ctx context.Context) (item [2]string, id string, err error) {
			err = c.send(ctx, http.MethodPost, "things", name, &id)
			return [2]string{id, name}, id, err
		},
		Equal:    func(item *[2]string) bool { return item[1] == name },
		MayEqual: func(item *[2]string) bool { return item[1] == name },
	})
	if err != nil {
		return Saved{}, err
	}
	id := created.Item[0]
	return Saved{ID: id, Secret: id, Created: created.CreatedAt, Adopted: created.Adopted != ""}, nil
}

func (c *shelfClient) find(ctx context.Context, s Saved) error {
	_, err := c.listings.Find(ctx, apiclient.Ref[[2]string]{ID: s.ID, Created: s.Created})
	return err
}

func (c *shelfClient) list(ctx context.Context) (ids []string, unreadable int, err error) {
	l, err := c.listings.Fresh(ctx, "")
	if err != nil {
		return nil, 0, err
	}
	for _, item := range l.Items {
		ids = append(ids, item[0])
	}
	return ids, 0, nil
}

func (c *shelfClient) delete(ctx context.Context, s Saved) error {
	return c.listings.Delete(ctx, "delete", apiclient.Ref[[2]string]{ID: s.ID, Created: s.Created}, func(ctx context.Context) (bool, error) {
		var deleted string
		err := c.send(ctx, http.MethodDelete, "things/"+s.ID, nil, &deleted)
		return err == nil, err
	})
}

// TestCounts checks that a correct client has no bad counts, and that each mistake in a client increases the expected count.
func TestCounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		count  string
		worsen func(*Client, *shelf)
	}{
		"correct": {"found", func(*Client, *shelf) {}},
		"sends twice": {"duplicate", func(c *Client, _ *shelf) {
			create := c.Create
			c.Create = func(ctx context.Context, kind int) (Saved, error) {
				s, err := create(ctx, kind)
				if errors.Is(err, apiclient.ErrUncertain) {
					return create(context.WithoutCancel(ctx), kind)
				}
				return s, err
			}
		}},
		"adopts any equal thing": {"adopted", func(c *Client, shelf *shelf) {
			create := c.Create
			c.Create = func(ctx context.Context, kind int) (Saved, error) {
				s, err := create(ctx, kind)
				if ids := shelf.named(kind); len(ids) > 0 && errors.Is(err, apiclient.ErrUncertain) {
					return Saved{ID: ids[0], Secret: ids[0]}, nil
				}
				return s, err
			}
		}},
		"drops a received secret": {"unsaved", func(c *Client, _ *shelf) {
			create := c.Create
			c.Create = func(ctx context.Context, kind int) (Saved, error) {
				if s, err := create(ctx, kind); err != nil || ctx.Err() == nil {
					return s, err
				}
				return Saved{}, ctx.Err()
			}
		}},
		"reports any error as a missing thing": {"lost", func(c *Client, _ *shelf) {
			find := c.Find
			c.Find = func(ctx context.Context, s Saved) error {
				if find(ctx, s) != nil {
					return apiclient.ErrNotFound
				}
				return nil
			}
		}},
		"deletes by name": {"foreign", func(c *Client, shelf *shelf) {
			remove := c.Delete
			c.Delete = func(ctx context.Context, s Saved) error {
				for kind := range kinds {
					if ids := shelf.named(kind); slices.Contains(ids, s.ID) {
						for _, id := range ids {
							shelf.DeleteKey(id)
						}
					}
				}
				return remove(ctx, s)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sum := counts{}
			for seed := range uint64(100) {
				if seed >= 5 && sum[test.count] > 0 {
					break
				}
				synctest.Test(t, func(t *testing.T) { sum.add(shelfAdapter(test.worsen).episode(t, seed).end()) })
			}
			if t.Log(sum); (sum.bad() == 0) != (name == "correct") || sum[test.count] == 0 {
				t.Errorf("got the counts %v, want %s above 0; bad counts are expected: %t", sum, test.count, name != "correct")
			}
		})
	}
}
