module "teams" {
  source = "./workspace-bootstrap"

  teams = {
    for workspace in yamldecode(file("workspace_config.yaml")).workspaces : workspace.name => {
      clusters   = workspace.clusters
      namespaces = workspace.namespaces
      username   = workspace.username
      email      = workspace.email
      roles      = ["Editor"] # as the script creates
      gpus       = {}         # as create_workspace_with_auto_gpr.py creates
    }
  }
}
