resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# The GPUs that the workspace can request on a cluster. The id is known only after apply, so
# Terraform first creates the workspace and then reads the inventory.
data "egs_workspace_inventory" "red" {
  workspace_name = egs_workspace.red.id
  cluster_name   = "worker-1"
}

output "gpus" {
  value = [for gpus in data.egs_workspace_inventory.red.gpus : "${gpus.gpu_nodes} x ${gpus.instance_type} (${gpus.gpu_shape})"]
}
