// SPDX-License-Identifier: MPL-2.0

package face_test

import (
	"errors"
	"testing"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

func TestFindEach(t *testing.T) {
	t.Parallel()
	missing := errors.New("missing")
	// Each waits for all others.
	arrived, all := make(chan struct{}), make(chan struct{})
	go func() {
		for range 3 {
			<-arrived
		}
		close(all)
	}()
	found, faults := face.FindEach([]string{"a", "b", "c"}, func(id string) (*string, error) {
		arrived <- struct{}{}
		<-all
		if id == "b" {
			return nil, missing
		}
		return &id, nil
	})
	if *found[0] != "a" || found[1] != nil || *found[2] != "c" || faults[0] != nil || !errors.Is(faults[1], missing) || faults[2] != nil {
		t.Errorf("got %v, %v", found, faults)
	}
}
