// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"container/list"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// ErrUnknownKey is returned by ChangeKey for an id that no key has.
var ErrUnknownKey = fmt.Errorf("%w: no API key has this id", simulation.ErrUnknown)

// Key is what an API key is made from. Role is Owner, Editor or Viewer,
// Validity a date YYYY-MM-DD; an empty UserName is admin. Nothing is checked.
type Key struct {
	Name, Description, Role, WorkspaceName, UserName, Validity string
}

// ListedKey is an API key as the list shows it, without its secret.
type ListedKey struct {
	// ID is the lower-case hex MD5 of the secret.
	ID            string `json:"id"`
	Description   string `json:"description"`
	Name          string `json:"name"`
	Role          string `json:"role"`
	SAName        string `json:"saName"`
	WorkspaceName string `json:"workspaceName"`
	// TokenTTLSeconds is a string on the wire.
	TokenTTLSeconds string `json:"tokenTtlSeconds"`
	UserName        string `json:"userName"`
	Validity        string `json:"validity"`
}

// storedKey is a key with its secret, which no other type but listEntry and
// the create answer carries.
type storedKey struct {
	ListedKey
	secret string
}

// keyring holds the keys in the order of their creation. Adding, finding and
// removing take the same time with one key and with a hundred thousand.
type keyring struct {
	mu       sync.RWMutex
	order    *list.List // of *storedKey
	bySecret map[string]*list.Element
	byID     map[string]*list.Element
	past     simulation.Past[storedKey]
}

func newKeyring() *keyring {
	return &keyring{order: list.New(), bySecret: map[string]*list.Element{}, byID: map[string]*list.Element{}}
}

// add gives the key a new secret and its id.
func (k *keyring) add(key ListedKey) storedKey {
	stored := &storedKey{ListedKey: key, secret: newUUID()}
	stored.ID = keyID(stored.secret)
	k.mu.Lock()
	defer k.mu.Unlock()
	element := k.order.PushBack(stored)
	k.bySecret[stored.secret], k.byID[stored.ID] = element, element
	k.past.Record(k.all)
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
	k.past.Record(k.all)
	return true
}

// change sets members by their wire names, all of them or none.
func (k *keyring) change(id string, members map[string]string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	element, ok := k.byID[id]
	if !ok {
		return ErrUnknownKey
	}
	changed, _ := content(element)
	fields := map[string]*string{
		"description": &changed.Description, "name": &changed.Name, "role": &changed.Role,
		"saName": &changed.SAName, "workspaceName": &changed.WorkspaceName,
		"tokenTtlSeconds": &changed.TokenTTLSeconds, "userName": &changed.UserName, "validity": &changed.Validity,
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, ok := fields[name]
		if !ok {
			return fmt.Errorf("%q is no member that can be changed; those are %v", name, slices.Sorted(maps.Keys(fields)))
		}
		*field = members[name]
	}
	if _, given := members["saName"]; !given {
		changed.SAName = serviceAccount(changed.Role, changed.WorkspaceName)
	}
	element.Value = &changed
	k.past.Record(k.all)
	return nil
}

// listed collects the keys that keep wants, in the order of creation.
func (k *keyring) listed(keep func(ListedKey) bool) []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.DeleteFunc(k.all(), func(key storedKey) bool { return !keep(key.ListedKey) })
}

// shown is like listed for lists, which may lag.
func (k *keyring) shown(keep func(ListedKey) bool) []storedKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return slices.DeleteFunc(k.past.Show(k.all), func(key storedKey) bool { return !keep(key.ListedKey) })
}

// lag makes lists lag.
func (k *keyring) lag(by time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.past.Start(by, k.all())
}

// all are all keys. The caller locks.
func (k *keyring) all() []storedKey {
	keys := make([]storedKey, 0, k.order.Len())
	for element := k.order.Front(); element != nil; element = element.Next() {
		if stored, ok := content(element); ok {
			keys = append(keys, stored)
		}
	}
	return keys
}

// keyID is the id the service gives a key: on the REST page's own example,
// 45338461-ec42-49d2-aef3-ff39099950c5 has 030b514f342dcf5ac94f3f39726c247e.
func keyID(secret string) string {
	sum := md5.Sum([]byte(secret)) // it names, and protects nothing
	return hex.EncodeToString(sum[:])
}

// serviceAccount is the Kubernetes service account of a role.
func serviceAccount(role, workspace string) string {
	switch role {
	case roleEditor:
		return "kubeslice-rbac-rw-slice-" + workspace
	case roleViewer:
		return "kubeslice-rbac-ro-slice-" + workspace
	default:
		return "kubeslice-rbac-rw-external-apis"
	}
}

// newUUID is a random UUID (version 4), the form of every secret.
func newUUID() string {
	b := randomBytes(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand since Go 1.24)
	return b
}
