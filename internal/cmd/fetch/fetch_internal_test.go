// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

// TestFetch_notSigned downloads a release with the right checksum, but without HashiCorp's signature.
func TestFetch_notSigned(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	if _, err := writer.Create("terraform"); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("terraform_1.2.3_%s_%s.zip", runtime.GOOS, runtime.GOARCH)
	sum := sha256.Sum256(archive.Bytes())
	const index = `{"name": "terraform", "version": "1.2.3", "shasums": "terraform_1.2.3_SHA256SUMS",
  "shasums_signature": "terraform_1.2.3_SHA256SUMS.sig", "shasums_signatures": ["terraform_1.2.3_SHA256SUMS.sig"],
  "builds": [{"name": "terraform", "version": "1.2.3", "os": "%s", "arch": "%s", "filename": "%[3]s", "url": "/terraform/1.2.3/%[3]s"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasSuffix(path, "index.json"):
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, index, runtime.GOOS, runtime.GOARCH, name)
		case strings.HasSuffix(path, "SHA256SUMS"):
			_, _ = fmt.Fprintf(w, "%s  %s\n", hex.EncodeToString(sum[:]), name)
		case strings.HasSuffix(path, ".sig"):
			_, _ = w.Write([]byte("invalid"))
		case strings.HasSuffix(path, ".zip"):
			w.Header().Set("Content-Type", "application/zip")
			_, _ = w.Write(archive.Bytes())
		}
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	err := fetch(t.Context(), server.URL, version.Must(version.NewSemver("1.2.3")), dir)
	if err == nil || !strings.Contains(err.Error(), "signature") {
		t.Errorf("got %v, want an error about the signature", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the folder contains %v: %v", entries, err)
	}
}
