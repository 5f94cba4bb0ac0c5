module "teams" {
  source = "./workspace-bootstrap"

  teams = {
    for workspace in yamldecode(file("workspace_config.yaml")).workspaces : workspace.name => {
      clusters   = workspace.clusters
      namespaces = workspace.namespaces
      username   = workspace.username
      email      = workspace.email
      roles      = ["Editor"] # Like the key that the script creates.
      gpus       = {}         # Like the GPUs that create_workspace_with_auto_gpr.py configures.
    }
  }
}
