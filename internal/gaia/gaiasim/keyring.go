// SPDX-License-Identifier: MPL-2.0

package gaiasim

import (
	"container/list"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// ErrUnknownKey is returned by ChangeKey for an id that no key has.
var ErrUnknownKey = fmt.Errorf("no API key has this id: %w", simulation.ErrUnknown)

// Key is what an API key is made from. Nothing is checked.
type Key struct {
	// Permissions is "read" or "write", or any other text.
	Permissions string
	// Config are the members of config beside permissions, by name.
	Config map[string]any
}

// ListedKey is an API key without its secret.
type ListedKey struct {
	// ID is the lower-case hex SHA-256 of the key. The service itself knows no ids.
	ID string `json:"id"`
	// Config has permissions and all other members.
	Config map[string]json.RawMessage `json:"config"`
}

// Permissions is the member of this name, "" where it is no text.
func (k ListedKey) Permissions() (permissions string) {
	_ = json.Unmarshal(k.Config["permissions"], &permissions)
	return permissions
}

// storedKey is a key with its secret, which no other type but listEntry and the answers
// of writes carries.
type storedKey struct {
	ListedKey
	secret string
}

// keyring holds the keys in the order of their creation. Adding, finding and
// removing take the same time with one key and with a hundred thousand.
type keyring struct {
	form KeyForm

	mu       sync.RWMutex
	order    *list.List // of *storedKey
	bySecret map[string]*list.Element
	byID     map[string]*list.Element
	past     simulation.Past[storedKey]
}

func newKeyring(form KeyForm) *keyring {
	return &keyring{form: form, order: list.New(), bySecret: map[string]*list.Element{}, byID: map[string]*list.Element{}}
}

// add gives the config a new key.
func (k *keyring) add(config map[string]json.RawMessage) storedKey {
	stored := &storedKey{secret: newSecret(k.form)}
	stored.ID, stored.Config = keyID(stored.secret), maps.Clone(config)
	k.mu.Lock()
	defer k.mu.Unlock()
	element := k.order.PushBack(stored)
	k.bySecret[stored.secret], k.byID[stored.ID] = element, element
	k.past.Record(k.present)
	return *stored
}

func (k *keyring) withSecret(secret string) (storedKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return content(k.bySecret[secret])
}

func (k *keyring) withID(id string) (storedKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return content(k.byID[id])
}

// content copies what an element of the order holds.
func content(element *list.Element) (storedKey, bool) {
	if element == nil {
		return storedKey{}, false
	}
	stored, ok := element.Value.(*storedKey)
	if !ok {
		return storedKey{}, false
	}
	return *stored, true
}

// remove reports whether there was a key of this id: of two deletes at once
// one finds it.
func (k *keyring) remove(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	element, ok := k.byID[id]
	if !ok {
		return false
	}
	if stored, ok := content(element); ok {
		delete(k.bySecret, stored.secret)
	}
	delete(k.byID, id)
	k.order.Remove(element)
	k.past.Record(k.present)
	return true
}

// change replaces the config of a key by what becomes of it, and reports whether there
// is such a key.
func (k *keyring) change(id string, become func(map[string]json.RawMessage) map[string]json.RawMessage) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	element, ok := k.byID[id]
	if !ok {
		return false
	}
	changed, _ := content(element)
	// Others may hold the old one.
	changed.Config = become(maps.Clone(changed.Config))
	element.Value = &changed
	k.past.Record(k.present)
	return true
}

// all are the keys in the order of creation.
func (k *keyring) all() []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.present()
}

// shown is like all for lists, which may lag.
func (k *keyring) shown() []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.past.Show(k.present)
}

// lag makes lists lag.
func (k *keyring) lag(by time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.past.Start(by, k.present())
}

// present is all without a lock.
func (k *keyring) present() []storedKey {
	keys := make([]storedKey, 0, k.order.Len())
	for element := k.order.Front(); element != nil; element = element.Next() {
		if stored, ok := content(element); ok {
			keys = append(keys, stored)
		}
	}
	return keys
}

// keyID is how control endpoints and tests name a key without telling it.
func keyID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func newSecret(form KeyForm) string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand since Go 1.24)
	if form == KeyToEscape {
		return "k/+%2F?#&;" + base64.StdEncoding.EncodeToString(b)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
