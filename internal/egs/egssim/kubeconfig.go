// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

// kubeConfig is POST /api/v1/slice-workspace/kube-config.
func (s *Simulator) kubeConfig(c simulation.Call, caller grant) simulation.Reply {
	if caller.role != roleOwner {
		return failure(http.StatusForbidden, messageForbidden)
	}
	values, rep := s.stringMembers(c, triedKubeConfig, "workspaceName", "clusterName")
	if rep != nil {
		return *rep
	}
	if rep := s.missing(values, triedKubeConfig, "workspaceName", "clusterName"); rep != nil {
		return *rep
	}
	config, status, text := s.workspaces.kubeConfig(values["workspaceName"], values["clusterName"], s.readiness())
	switch status {
	case http.StatusOK:
		return success(map[string]string{"kubeConfig": config})
	case http.StatusTooEarly:
		status = s.options.UnreadyStatus
	default:
		status = s.options.UnknownWorkspaceStatus
	}
	return s.refuse(refusal{status: status, message: triedKubeConfig, text: text})
}

// KubeConfig is the kubeconfig of a workspace on a cluster, ready or not, and
// without HTTP; "" where there is no such workspace.
func (s *Simulator) KubeConfig(workspace, cluster string) string {
	ready := readiness{now: s.Now(), kubeConfigs: -1}
	config, _, _ := s.workspaces.kubeConfig(workspace, cluster, ready)
	return config
}

// kubeConfig is that of a workspace on a cluster: always the same. The status is 404
// where there is none of these names, and 425 where it is not ready.
func (ws *workspaces) kubeConfig(name, cluster string, r readiness) (config string, status int, text string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	i := ws.find(name)
	if i < 0 {
		return "", http.StatusNotFound, fmt.Sprintf("sliceconfigs.controller.kubeslice.io %q not found", name)
	}
	w := ws.order[i]
	if !slices.Contains(w.Clusters, cluster) {
		return "", http.StatusNotFound, fmt.Sprintf("cluster %q is not of the workspace %q", cluster, name)
	}
	asks := &w.asks
	if r.kubeConfigs < 0 {
		asks = new(int) // not a request
	}
	if !w.after(r, asks, r.kubeConfigs) {
		return "", http.StatusTooEarly, fmt.Sprintf("secrets %q not found", serviceAccount(roleEditor, name))
	}
	if w.kubeConfigs[cluster] == "" {
		w.kubeConfigs[cluster] = newKubeConfig(name, cluster, r.now)
	}
	return w.kubeConfigs[cluster], http.StatusOK, ""
}

// newKubeConfig has the form that KubeSlice gives it: the cluster's API server, its
// certificate authority, and the token of the workspace's service account.
func newKubeConfig(workspace, cluster string, now time.Time) string {
	account := serviceAccount(roleEditor, workspace)
	return fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    certificate-authority-data: %[2]s
    server: https://%[1]s.example:6443
contexts:
- name: %[3]s
  context:
    cluster: %[1]s
    namespace: %[4]s
    user: %[3]s
current-context: %[3]s
users:
- name: %[3]s
  user:
    token: %[5]s
`, cluster, base64.StdEncoding.EncodeToString(authority()), account, workspace, serviceAccountToken(account, now, 365*24*time.Hour))
}

// authority is the certificate of all clusters, in PEM. Nobody holds its key.
var authority = sync.OnceValue(func() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "egssim"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2999, time.December, 31, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err) // the template is of this package
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
})
