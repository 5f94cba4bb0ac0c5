resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# namespace_clusters is not known before the workspace is there, so no plan asks for a kubeconfig too
# early. For a workspace that exists, its name is enough.
ephemeral "egs_workspace_kubeconfig" "red" {
  workspace_name = egs_workspace.red.namespace_clusters != null ? egs_workspace.red.name : null
  cluster_name   = "worker-1"
}

# Hands it on when the workspace is a new one. In place of tee: the program that stores your secrets.
resource "terraform_data" "kubeconfig" {
  provisioner "local-exec" {
    command     = "umask 077 && printenv SECRET | tee red.kubeconfig >/dev/null"
    environment = { SECRET = ephemeral.egs_workspace_kubeconfig.red.kubeconfig }
  }

  lifecycle {
    replace_triggered_by = [egs_workspace.red.namespace_clusters]
  }
}
