# The apply waits until the workspace is ready.
resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1", "worker-2"]
  namespaces = ["red-training", "red-serving"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# A key of the workspace. Terraform creates it after the workspace, deletes it before the
# workspace, and replaces it together with the workspace.
resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = egs_workspace.red.id
  validity_period_days = 90
  early_renewal_days   = 14
}
