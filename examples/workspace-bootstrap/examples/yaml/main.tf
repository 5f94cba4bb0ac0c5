# Teams from the YAML file of the vendor's scripts, which need no longer run.

terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

module "teams" {
  source = "../.."

  # An Editor key for each workspace, as create_workspace.py makes. apiKeyValidity has no use: the keys are renewed.
  teams = {
    for workspace in yamldecode(file("${path.module}/workspace_config.yaml")).workspaces : workspace.name => {
      clusters   = workspace.clusters
      namespaces = workspace.namespaces
      username   = workspace.username
      email      = workspace.email
      roles      = ["Editor"]
    }
  }
}

output "key_ids" {
  description = "The keys' ids by team and role."
  value       = module.teams.key_ids
}
