// SPDX-License-Identifier: MPL-2.0

package egssim

import (
	_ "embed" // for authority.pem
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/simulation"
)

func (s *Simulator) kubeConfig(c simulation.Call) simulation.Reply {
	in := s.body(c, triedKubeConfig, "workspaceName", "clusterName")
	name, cluster := in.mustText("workspaceName"), in.Text("clusterName")
	if refused := in.refused(); refused != nil {
		return *refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status, text := s.options.UnknownWorkspaceStatus, workspaceNotFound(name)
	if item := s.workspaces.ByID(name); item != nil {
		w := item.Value
		if cluster == "" && len(w.Clusters) > 0 {
			cluster = w.Clusters[0] // a recorded request has no cluster
		}
		switch {
		case !slices.Contains(w.Clusters, cluster):
			text = fmt.Sprintf("cluster %q is not in the workspace %q", cluster, name)
		case !s.isReady(w, &w.uses, s.options.KubeConfigsUntilReady):
			status, text = s.options.UnreadyStatus, messageUnready
		default:
			return success(map[string]string{"kubeConfig": w.kubeConfigOf(cluster)})
		}
	}
	return s.refuse(status, triedKubeConfig, text)
}

// KubeConfig returns the kubeconfig of a workspace for a cluster, even if the workspace is not ready. The kubeconfig never
// changes. If the workspace does not exist or is not on the cluster, KubeConfig returns "".
func (s *Simulator) KubeConfig(workspace, cluster string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	item := s.workspaces.ByID(workspace)
	if item == nil || !slices.Contains(item.Value.Clusters, cluster) {
		return ""
	}
	return item.Value.kubeConfigOf(cluster)
}

// kubeConfigOf returns the kubeconfig for a cluster. The first call creates the kubeconfig.
func (w *workspaceState) kubeConfigOf(cluster string) string {
	if w.kubeConfigs[cluster] == "" {
		token := legacyToken(serviceAccount(roleEditor, w.Name))
		w.kubeConfigs[cluster] = fmt.Sprintf(kubeConfigForm, cluster, base64.StdEncoding.EncodeToString(authority), w.Name, token)
	}
	return w.kubeConfigs[cluster]
}

// kubeConfigForm is the recorded form of a kubeconfig. It has the cluster's API server and certificate authority, and a token
// of the workspace's service account. The token does not expire.
const kubeConfigForm = `apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    certificate-authority-data: %[2]s
    server: https://%[1]s.example:6443
contexts:
- name: %[3]s-workspace@%[1]s
  context:
    cluster: %[1]s
    namespace: default
    user: %[3]s-workspace
current-context: %[3]s-workspace@%[1]s
users:
- name: %[3]s-workspace
  user:
    token: %[4]s
`

// authority is the certificate authority of all clusters. Its private key was discarded.
//
//go:embed authority.pem
var authority []byte
