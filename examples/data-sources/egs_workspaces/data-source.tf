# All workspaces that the provider's credentials can see.
data "egs_workspaces" "all" {}

# The workspaces on a cluster.
data "egs_workspaces" "on_worker_1" {
  cluster_name = "worker-1"
}

output "names" {
  value = data.egs_workspaces.all.workspaces[*].name
}

output "namespaces_on_worker_1" {
  value = { for workspace in data.egs_workspaces.on_worker_1.workspaces : workspace.name => keys(workspace.namespace_clusters) }
}
