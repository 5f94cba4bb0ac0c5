// SPDX-License-Identifier: MPL-2.0

package face

import "sync"

// FindEach finds what has the ids, and returns what was found, or the error, for each of them. It looks for all at
// the same time, since it takes some seconds to prove that one does not exist.
func FindEach[T any](ids []string, find func(id string) (*T, error)) ([]*T, []error) {
	found, faults := make([]*T, len(ids)), make([]error, len(ids))
	var wait sync.WaitGroup
	for i, id := range ids {
		wait.Go(func() { found[i], faults[i] = find(id) })
	}
	wait.Wait()
	return found, faults
}
