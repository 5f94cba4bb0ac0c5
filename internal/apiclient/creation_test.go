// SPDX-License-Identifier: MPL-2.0

package apiclient_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/apiclient"
)

// If the response to a create request is received, no listing is requested afterwards. Concurrent creates share one baseline.
func TestCreate(t *testing.T) {
	onShelf(t, func(s *shelf) {
		start := time.Now()
		var creates sync.WaitGroup
		for i := range 50 {
			creates.Go(func() {
				id := fmt.Sprint(i)
				created, err := s.create(s.Context(), id, func() (thing, error) { return thing{id, id}, nil })
				if err != nil || created.Item.id != id || created.Adopted != "" || !created.CreatedAt.Equal(start.UTC()) || !s.IsOurs(id) {
					s.Errorf("got %+v, %v", created, err)
				}
			})
		}
		creates.Wait()
		s.want(1)
	})
}

// All list requests together take at most about a tenth of the time of an apply, even if the service is slow to list.
func TestCreate_shareOfListings(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.took = 500 * time.Millisecond
		for i := range 200 {
			id := fmt.Sprint(i)
			if _, err := s.create(s.Context(), id, func() (thing, error) {
				time.Sleep(100 * time.Millisecond)
				return thing{id, id}, nil
			}); err != nil {
				s.Fatal(err)
			}
		}
		s.want(5) // The creates take 20 s. A listing is a baseline until 5 s after its request (0.5 s) started.
	})
}

func TestCreate_refused(t *testing.T) {
	onShelf(t, func(s *shelf) {
		for _, status := range []int{400, 401, 403, 404, 409, 422, 429} {
			refusal := &apiclient.Error{Op: "create thing", Write: true, Status: status}
			if _, err := s.create(s.Context(), "a", func() (thing, error) { return thing{}, refusal }); !errors.Is(err, error(refusal)) || errors.Is(err, apiclient.ErrUncertain) {
				s.Errorf("%d: got %v", status, err)
			}
		}
		if s.sent != 7 {
			s.Errorf("%d creates, want 7", s.sent)
		}
	})
}

// After a lost response, the new item in the list is adopted if it is the only one and equals the requested item.
func TestCreate_adopts(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"listed immediately": 0, "listed late": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				created, err := s.create(s.Context(), "a", func() (thing, error) {
					s.arrivals[time.Now().Add(after)] = thing{"2", "a"}
					return thing{}, lost
				})
				if err != nil || created.Item != (thing{"2", "a"}) || created.Adopted != "2" || !s.IsOurs("2") || s.sent != 1 {
					s.Errorf("got %+v, %v after %d creates", created, err, s.sent)
				}
			}, thing{"1", "a"})
		})
	}
}

// Each search for an item uses a new listing, even if the clock shows the same time during the whole test.
func TestCreate_adoptsWithCoarseClock(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.Clock.Local = func() time.Time { return noon }
		created, err := s.create(s.Context(), "a", func() (thing, error) {
			s.arrivals[time.Now().Add(3*time.Second)] = thing{"2", "a"}
			return thing{}, lost
		})
		if err != nil || created.Adopted != "2" {
			s.Errorf("got %+v, %v", created, err)
		}
		err = s.find("3", func(ref *apiclient.Ref[thing]) { ref.Created = noon })
		if !errors.Is(err, apiclient.ErrNotFound) {
			s.Errorf("got %v", err)
		}
		s.want(9) // The create requests a baseline and three listings. Find uses the last of these and requests five more.
	})
}

// If it is unknown whether a create request created the item, Create returns an error and does not send the request again.
func TestCreate_uncertain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// happens is what the create request does in the service. err is the error of the request; nil means a lost response.
		happens    func(s *shelf)
		err        error
		candidates []string
		// text is a part of the wanted error.
		text string
	}{
		"nothing appears":                   {},
		"it appears after the last listing": {happens: func(s *shelf) { s.arrivals[time.Now().Add(7*time.Second)] = thing{"2", "a"} }},
		"two appear": {
			happens: func(s *shelf) { s.things = append(s.things, thing{"2", "a"}, thing{"3", "a"}) }, candidates: []string{"2", "3"},
		},
		"one appears that is equal in part": {
			happens: func(s *shelf) { s.things = append(s.things, thing{"2", "b"}) }, candidates: []string{"2"},
		},
		"one appears that is equal in part, and the right one late": {happens: func(s *shelf) {
			s.things = append(s.things, thing{"2", "b"})
			s.arrivals[time.Now().Add(3*time.Second)] = thing{"3", "a"}
		}, candidates: []string{"2", "3"}},
		"the list fails": {happens: func(s *shelf) {
			s.shown = func() (*apiclient.Listing[thing], error) { return nil, errors.New("down") }
		}},
		"the list has a new, unreadable entry": {happens: func(s *shelf) {
			s.shows(func(l *apiclient.Listing[thing]) { l.Add("2", thing{}, errors.New("no name")) })
		}},
		"the list proves nothing": {happens: func(s *shelf) {
			s.shows(func(l *apiclient.Listing[thing]) { l.Inconclusive = errors.New("null") })
		}},
		"the response is foreign": {
			err:  &apiclient.Error{Op: "create thing", Write: true, Status: 200, Err: apiclient.ErrUnexpectedResponse},
			text: "the response was lost (HTTP 200: ",
		},
		// In the next cases, the response is received, but it does not prove that the item was not created.
		"the service failed": {
			err:  &apiclient.Error{Op: "create thing", Write: true, Status: 500},
			text: "HTTP 500: Internal Server Error. The object may have been created anyway, and the list does not show the object yet",
		},
		"it is refused with 500": {
			err:  &apiclient.Error{Op: "create thing", Write: true, Status: 500, Message: "really?", Refusal: true},
			text: "create thing: HTTP 500: really? The object may have been created anyway, and the list does not show the object yet",
		},
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				_, err := s.create(s.Context(), "a", func() (thing, error) {
					if test.happens != nil {
						test.happens(s)
					}
					return thing{}, cmp.Or(test.err, error(lost))
				})
				if s.wantUncertain(err, test.candidates...); s.sent != 1 || !strings.Contains(err.Error(), test.text) {
					s.Errorf("got %v after %d creates, want %q after 1", err, s.sent, test.text)
				}
			}, thing{"1", "a"})
		})
	}
}

// After a lost response, an item is not adopted if it existed before the request or if this client created it earlier.
func TestCreate_adoptsNoKnownItem(t *testing.T) {
	onShelf(t, func(s *shelf) {
		if _, err := s.create(s.Context(), "a", func() (thing, error) {
			s.things = append(s.things, thing{"1", "a"})
			return thing{"1", "a"}, nil
		}); err != nil {
			s.Fatal(err)
		}
		_, err := s.create(s.Context(), "a", func() (thing, error) { return thing{}, lost })
		s.wantUncertain(err)

		// Before the next create, another client creates an equal item. The baseline shows this item.
		time.Sleep(2 * time.Second)
		s.things = append(s.things, thing{"2", "a"})
		_, err = s.create(s.Context(), "a", func() (thing, error) { return thing{}, lost })
		s.wantUncertain(err)
	})
}

// An item that this client deleted is not adopted, even if an outdated listing shows it again.
func TestCreate_adoptsNoDeletedItem(t *testing.T) {
	onShelf(t, func(s *shelf) {
		s.Deleted("1")
		_, err := s.create(s.Context(), "a", s.loses(thing{"1", "a"}))
		s.wantUncertain(err)
	})
}

// If this client created and deleted an item with a unique name, a later item with the same name can be adopted.
func TestCreate_adoptsReusedName(t *testing.T) {
	onShelf(t, func(s *shelf) {
		named := func(c *apiclient.Creation[thing]) { c.UniqueName = "a" }
		s.Created("a", "")
		s.Deleted("a")
		created, err := s.create(s.Context(), "a", s.loses(thing{"a", "a"}), named)
		if err != nil || created.Adopted != "a" || s.IsDeleted("a") {
			s.Errorf("got %+v, %v", created, err)
		}
		// As long as this client has not deleted the item, another create with the same name adopts nothing. This is so whether
		// or not the list shows the item.
		_, err = s.create(s.Context(), "a", func() (thing, error) { return thing{}, lost }, named)
		s.wantUncertain(err, "a")
		s.things = nil
		_, err = s.create(s.Context(), "a", s.loses(thing{"a", "a"}), named)
		s.wantUncertain(err)
	})
}

// Items that cannot be distinguished are created one after the other.
func TestCreate_turns(t *testing.T) {
	onShelf(t, func(s *shelf) {
		var creates sync.WaitGroup
		var active atomic.Int32
		for i := range 5 {
			creates.Go(func() {
				_, err := s.create(s.Context(), "same", func() (thing, error) {
					if active.Add(1) > 1 {
						s.Error("two creates are in progress")
					}
					time.Sleep(time.Second)
					active.Add(-1)
					return thing{fmt.Sprint(i), "same"}, nil
				})
				if err != nil {
					s.Error(err)
				}
			})
		}
		creates.Wait()
	})
}

func TestCreate_interrupted(t *testing.T) {
	t.Parallel()
	t.Run("before it is sent", func(t *testing.T) {
		onShelf(t, func(s *shelf) {
			s.took = time.Minute
			ctx, cancel := context.WithTimeout(s.Context(), time.Second)
			defer cancel()
			if _, err := s.create(ctx, "a", s.loses(thing{"1", "a"})); !errors.Is(err, context.DeadlineExceeded) || s.sent != 0 {
				s.Errorf("got %v after %d creates", err, s.sent)
			}
			time.Sleep(time.Minute) // Wait until the shared list request ends.
		})
	})
	for name, outcome := range map[string]error{"response received": nil, "response lost": lost} {
		t.Run("while it is in progress, "+name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				ctx, cancel := context.WithCancel(s.Context())
				created, err := s.create(ctx, "a", func() (thing, error) {
					cancel()
					return thing{"1", "a"}, outcome
				})
				if outcome != nil {
					s.wantUncertain(err)
				} else if err != nil || created.Item.id != "1" {
					s.Errorf("got %+v, %v", created, err)
				}
				s.want(1) // Only the baseline is requested.
			})
		})
	}
}

// If the list request for the baseline fails, the create request is not sent. But if the list request fails because the
// credentials do not permit it, the create request is sent.
func TestCreate_withoutBaseline(t *testing.T) {
	onShelf(t, func(s *shelf) {
		forbidden := errors.New("forbidden")
		s.shown = func() (*apiclient.Listing[thing], error) { return nil, forbidden }
		for range 2 {
			if _, err := s.create(s.Context(), "a", s.loses(thing{"1", "a"})); !errors.Is(err, forbidden) || s.sent != 0 {
				s.Errorf("got %v after %d creates", err, s.sent)
			}
		}
		s.want(1)
		mayNotList := func(c *apiclient.Creation[thing]) {
			c.ListForbidden = func(err error) bool { return errors.Is(err, forbidden) }
		}
		if created, err := s.create(s.Context(), "a", func() (thing, error) { return thing{"1", "a"}, nil }, mayNotList); err != nil || created.Item.id != "1" {
			s.Errorf("got %+v, %v", created, err)
		}
		_, err := s.create(s.Context(), "a", func() (thing, error) { return thing{}, lost }, mayNotList)
		s.wantUncertain(err)
		// For 1 s after the list request failed, creates get the same error. After that, they send a new list request.
		time.Sleep(2 * time.Second)
		s.shown = nil
		if _, err := s.create(s.Context(), "b", func() (thing, error) { return thing{"2", "b"}, nil }); err != nil {
			s.Errorf("after the list succeeds: %v", err)
		}
	})
}

// If a new item cannot be adopted, the error contains its id, and the item is not deleted.
func TestCreate_cannotAdopt(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]func(*apiclient.Creation[thing]){
		"secrets are returned only once": func(c *apiclient.Creation[thing]) { c.Equal = nil },
		"its secret is hidden":           func(c *apiclient.Creation[thing]) { c.Unusable = func(*thing) error { return errors.New("hidden") } },
	} {
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				_, err := s.create(s.Context(), "a", s.loses(thing{"2", "a"}), with)
				s.wantUncertain(err, "2")
				if len(s.things) != 2 {
					s.Errorf("the service has %v, want both things", s.things)
				}
			}, thing{"1", "a"})
		})
	}
}

// A service that has no items yet may send a response without a list. Create treats such a response as an empty list.
func TestCreate_first(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]*apiclient.Listing[thing]{
		"no list":   {Inferred: true},
		"a refusal": {Refusal: &apiclient.Error{Op: "list things", Status: 404}},
	} {
		first := func(s *shelf) {
			s.shown = func() (*apiclient.Listing[thing], error) {
				if l := s.listing(); s.sent > 0 && len(l.Items) > 0 {
					return l, nil
				}
				return new(*none), nil
			}
		}
		t.Run(name, func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				first(s)
				if created, err := s.create(s.Context(), "a", func() (thing, error) { return thing{"1", "a"}, nil }); err != nil || created.Item.id != "1" {
					s.Errorf("got %+v, %v", created, err)
				}
			})
		})
		t.Run(name+", response lost", func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				first(s)
				created, err := s.create(s.Context(), "a", func() (thing, error) {
					s.arrivals[time.Now().Add(time.Second)] = thing{"1", "a"}
					return thing{}, lost
				})
				if err != nil || created.Adopted != "1" || s.sent != 1 {
					s.Errorf("got %+v, %v", created, err)
				}
			})
		})
		t.Run(name+", service lost its data", func(t *testing.T) {
			onShelf(t, func(s *shelf) {
				first(s)
				_, err := s.create(s.Context(), "a", func() (thing, error) { return thing{}, lost })
				s.wantUncertain(err, "1")
			}, thing{"1", "a"}, thing{"2", "other"})
		})
	}
}
