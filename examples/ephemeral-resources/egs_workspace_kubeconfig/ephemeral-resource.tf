resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# The id is known only after the workspace is created, so no plan requests a kubeconfig too early. For a workspace
# that exists, its name is enough.
ephemeral "egs_workspace_kubeconfig" "red" {
  workspace_name = egs_workspace.red.id
  cluster_name   = "worker-1"
}

# Hands it on when the workspace is a new one. In place of tee: the program that stores your secrets.
resource "terraform_data" "kubeconfig" {
  provisioner "local-exec" {
    command     = "umask 077 && printenv SECRET | tee red.kubeconfig >/dev/null"
    environment = { SECRET = ephemeral.egs_workspace_kubeconfig.red.kubeconfig }
  }

  lifecycle {
    replace_triggered_by = [egs_workspace.red.id]
  }
}
