// SPDX-License-Identifier: MPL-2.0

package h2ogptesim

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// Key is an API key as the service keeps it.
type Key struct {
	ID       string
	UserName string
	Name     string
	// Hint is the last four characters of the secret.
	Hint      string
	CreatedAt time.Time
	// Inactive keys were deactivated, which cannot be undone.
	Inactive bool
	// ExpiresAt is nil for a key that does not expire.
	ExpiresAt *time.Time
	// InactivityIntervalDays is nil for none.
	InactivityIntervalDays *int64
	// CollectionID is empty for a global key.
	CollectionID, CollectionName string
}

// storedKey is a key with its secret, which only the answer of its create tells.
type storedKey struct {
	Key
	secret string
}

// keyring holds the keys in the order of their creation.
type keyring struct {
	mu       sync.RWMutex
	order    []*storedKey
	byID     map[string]*storedKey
	bySecret map[string]*storedKey
	past     simulation.Past[storedKey]
}

func newKeyring() *keyring {
	return &keyring{byID: map[string]*storedKey{}, bySecret: map[string]*storedKey{}}
}

// add gives the key a secret and what follows from it, and fills what is empty.
func (k *keyring) add(key Key) storedKey {
	stored := &storedKey{Key: key, secret: newSecret()}
	if stored.ID == "" {
		stored.ID = newUUID()
	}
	if stored.Hint == "" {
		stored.Hint = stored.secret[len(stored.secret)-4:]
	}
	if stored.Name == "" {
		stored.Name = "API key " + stored.Hint
	}
	if stored.CollectionID != "" && stored.CollectionName == "" {
		stored.CollectionName = "Collection " + stored.CollectionID[:min(8, len(stored.CollectionID))]
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.order = append(k.order, stored)
	k.byID[stored.ID], k.bySecret[stored.secret] = stored, stored
	k.past.Record(k.present)
	return *stored
}

func (k *keyring) withID(id string) (storedKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return content(k.byID[id])
}

func (k *keyring) withSecret(secret string) (storedKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return content(k.bySecret[secret])
}

func content(stored *storedKey) (storedKey, bool) {
	if stored == nil {
		return storedKey{}, false
	}
	return *stored, true
}

// remove reports whether there was a key of this id: of two deletes at once one finds
// it.
func (k *keyring) remove(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	stored, ok := k.byID[id]
	if !ok {
		return false
	}
	delete(k.byID, id)
	delete(k.bySecret, stored.secret)
	k.order = slices.DeleteFunc(k.order, func(other *storedKey) bool { return other == stored })
	k.past.Record(k.present)
	return true
}

// change reports whether there was a key of this id.
func (k *keyring) change(id string, change func(*Key)) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	stored, ok := k.byID[id]
	if ok {
		change(&stored.Key)
		stored.ID = id
		k.past.Record(k.present)
	}
	return ok
}

// all are the keys in this order.
func (k *keyring) all(order Order) []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return sorted(k.present(), order)
}

// shown is like all for lists, which may lag.
func (k *keyring) shown(order Order) []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return sorted(k.past.Show(k.present), order)
}

// lag makes lists lag.
func (k *keyring) lag(by time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.past.Start(by, k.present())
}

// present is all in the order of their creation, without a lock.
func (k *keyring) present() []storedKey {
	keys := make([]storedKey, len(k.order))
	for i, stored := range k.order {
		keys[i] = *stored
	}
	return keys
}

func sorted(keys []storedKey, order Order) []storedKey {
	if order == OrderNewestFirst {
		slices.Reverse(keys)
	}
	return keys
}

// newSecret is a random key, of the form of the service's.
func newSecret() string {
	var secret strings.Builder
	secret.WriteString("sk-")
	for range 2 {
		secret.WriteString(rand.Text()[:24])
	}
	return secret.String()
}

// newUUID is a random UUID (version 4), the form of every id.
func newUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand since Go 1.24)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
