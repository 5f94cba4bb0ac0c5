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

# Hands it on when the workspace is a new one. Replace tee with the program that stores your secrets. Terraform prints
# the output of a command that fails, so the command has none.
resource "terraform_data" "kubeconfig" {
  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; umask 077 && printenv SECRET | tee red.kubeconfig"
    environment = { SECRET = ephemeral.egs_workspace_kubeconfig.red.kubeconfig }
  }

  lifecycle {
    replace_triggered_by = [egs_workspace.red.id]
  }
}
