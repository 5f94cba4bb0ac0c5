// SPDX-License-Identifier: MPL-2.0

package h2ogpte_test

import (
	"io"
	"log"
	"os"
	"testing"
)

// TestMain silences what net/http logs of answers that make no sense: it quotes them, and
// secrets stand there. The provider does the same (provider.Serve).
func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}
