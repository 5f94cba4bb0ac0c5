# A workspace that this configuration does not manage.
data "egs_workspace" "red" {
  name = "red"
}

# A key of the workspace. The plan fails if the workspace does not exist.
resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = data.egs_workspace.red.name
  validity_period_days = 90
  early_renewal_days   = 14
}

output "clusters_of_red" {
  value = data.egs_workspace.red.clusters
}
