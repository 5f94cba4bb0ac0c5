resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# The id is known only after apply, so Terraform first creates the workspace and then fetches
# the kubeconfig. For an existing workspace, use its name.
ephemeral "egs_workspace_kubeconfig" "red" {
  workspace_name = egs_workspace.red.id
  cluster_name   = "worker-1"
}

# Runs the command for each new workspace. Replace tee with the program that stores your
# secrets.
resource "terraform_data" "kubeconfig" {
  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; umask 077 && printenv SECRET | tee red.kubeconfig"
    environment = { SECRET = ephemeral.egs_workspace_kubeconfig.red.kubeconfig }
  }

  lifecycle {
    replace_triggered_by = [egs_workspace.red.id]
  }
}
