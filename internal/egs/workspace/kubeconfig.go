// SPDX-License-Identifier: MPL-2.0

package workspace

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"go.yaml.in/yaml/v3"

	"github.com/elastic-gpu-service/terraform-provider-egs/internal/egs/egsapi"
	"github.com/elastic-gpu-service/terraform-provider-egs/internal/face"
)

// NewKubeconfig returns the ephemeral resource egs_workspace_kubeconfig.
func NewKubeconfig() ephemeral.EphemeralResource {
	return face.NewEphemeralResource(face.EphemeralResource[egsapi.Client, kubeconfigModel]{
		Name: "_workspace_kubeconfig", Schema: kubeconfigSchema, Open: openKubeconfig,
	})
}

// kubeconfigModel is the model of egs_workspace_kubeconfig.
type kubeconfigModel struct {
	WorkspaceName        types.String `tfsdk:"workspace_name"`
	ClusterName          types.String `tfsdk:"cluster_name"`
	Kubeconfig           types.String `tfsdk:"kubeconfig"`
	Host                 types.String `tfsdk:"host"`
	ClusterCACertificate types.String `tfsdk:"cluster_ca_certificate"`
	Token                types.String `tfsdk:"token"`
}

func kubeconfigSchema() face.Schema {
	return face.Schema{
		Description: "Returns the kubeconfig of a workspace for one of its clusters. The kubeconfig is not stored in the Terraform " +
			"state or plan. Use `kubeconfig` for a file or a write-only attribute, and the other attributes for the `kubernetes` and " +
			"`helm` providers.\n\n" +
			"~> **Note:** If `workspace_name` and `cluster_name` are known at plan time, Terraform reads the kubeconfig during the " +
			"plan. For a workspace of the same configuration, refer to its `id`, which is known only after the workspace is created: " +
			"`workspace_name = egs_workspace.red.id`.",
		Attributes: face.Attributes{
			"workspace_name": face.Required("Name of the workspace.", workspaceName()...),
			"cluster_name":   face.Required("Name of the cluster, one of the `clusters` of the workspace."),
			"kubeconfig":     face.ComputedSecret("Kubeconfig in YAML format."),
			"host":           face.Computed("URL of the Kubernetes API server in the current context of the kubeconfig."),
			"cluster_ca_certificate": face.ComputedSecret("CA certificate of the Kubernetes API server, in PEM format. Null if the kubeconfig has " +
				"none."),
			"token": face.ComputedSecret("Bearer token of the user in the kubeconfig. Null if the kubeconfig has none."),
		},
	}
}

func openKubeconfig(ctx context.Context, api *egsapi.Client, m *kubeconfigModel) (diags diag.Diagnostics) {
	object := fmt.Sprintf("kubeconfig of %s for the cluster %q", workspaceObject(m.WorkspaceName.ValueString()), m.ClusterName.ValueString())
	text, err := api.KubeConfig(ctx, m.WorkspaceName.ValueString(), m.ClusterName.ValueString())
	if err != nil {
		diags.Append(kubeconfigFailed(object, err))
		return diags
	}
	parts, err := parseKubeconfig(text)
	if err != nil {
		diags.AddError("Unable to read the kubeconfig of an EGS workspace", fmt.Sprintf(
			"EGS returned the %s, but %s. Its content is a secret and is not shown.", object, err))
		return diags
	}
	m.Kubeconfig = types.StringValue(text)
	m.Host = types.StringValue(parts.host)
	m.ClusterCACertificate = face.StringOrNull(parts.caCertificate)
	m.Token = face.StringOrNull(parts.token)
	return diags
}

// kubeconfigFailed returns the error of a failed request for a kubeconfig. It is not documented how EGS responds if the
// workspace does not exist or is not ready. So if EGS refused the request, the error contains advice for these two cases. The
// error contains no advice if EGS refused the credentials or responded with status 403.
func kubeconfigFailed(object string, err error) diag.Diagnostic {
	failed := face.FromError("Unable to fetch the kubeconfig of an EGS workspace", object, err)
	refused, ok := errors.AsType[*egsapi.Error](err)
	if !ok || refused.IsUnexpected() || refused.CredentialsRefused() || refused.Status == http.StatusForbidden {
		return failed
	}
	return diag.NewErrorDiagnostic(failed.Summary(), failed.Detail()+"\n\nCheck that the workspace exists and is on the cluster. If this "+
		"configuration creates the workspace, refer to its id, which is known only after apply: workspace_name = egs_workspace.red.id.")
}

// kubeconfig has the values of one context of a kubeconfig.
type kubeconfig struct {
	host          string
	caCertificate string // PEM; may be empty
	token         string // may be empty
}

// parseKubeconfig returns the values of the current context. If the current context does not exist, parseKubeconfig uses the
// first context. Errors of the YAML decoder can contain secrets from the kubeconfig, so parseKubeconfig does not return them.
func parseKubeconfig(text string) (parts kubeconfig, err error) {
	var file struct {
		CurrentContext string `yaml:"current-context"`
		Contexts       []struct {
			Name    string `yaml:"name"`
			Context struct {
				Cluster string `yaml:"cluster"`
				User    string `yaml:"user"`
			} `yaml:"context"`
		} `yaml:"contexts"`
		Clusters []struct {
			Name    string `yaml:"name"`
			Cluster struct {
				Server        string `yaml:"server"`
				CACertificate string `yaml:"certificate-authority-data"`
			} `yaml:"cluster"`
		} `yaml:"clusters"`
		Users []struct {
			Name string `yaml:"name"`
			User struct {
				Token string `yaml:"token"`
			} `yaml:"user"`
		} `yaml:"users"`
	}
	if strings.TrimSpace(text) == "" {
		return parts, errors.New("it is empty")
	}
	if yaml.Unmarshal([]byte(text), &file) != nil {
		return parts, errors.New("it is not a kubeconfig in YAML format")
	}
	if len(file.Contexts) == 0 {
		return parts, errors.New("it has no context")
	}
	current := &file.Contexts[0]
	for i := range file.Contexts {
		if file.Contexts[i].Name == file.CurrentContext {
			current = &file.Contexts[i]
			break
		}
	}
	for i := range file.Clusters {
		if file.Clusters[i].Name != current.Context.Cluster {
			continue
		}
		cluster := &file.Clusters[i].Cluster
		certificate, err := base64.StdEncoding.DecodeString(cluster.CACertificate)
		if err != nil {
			return parts, errors.New("the certificate-authority-data of its cluster is not base64")
		}
		parts.host, parts.caCertificate = cluster.Server, string(certificate)
		break
	}
	if parts.host == "" {
		return parts, errors.New("it has no server for its current context")
	}
	for i := range file.Users {
		if file.Users[i].Name == current.Context.User {
			parts.token = file.Users[i].User.Token
			break
		}
	}
	return parts, nil
}
