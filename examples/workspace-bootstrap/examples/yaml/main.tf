# Reads the teams from the YAML file of the vendor's scripts.

terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0" # Any version before 1.0, including builds from a clone.
    }
  }
}

module "teams" {
  source = "../.."

  # Creates an Editor key and GPUs for each workspace, like create_workspace_with_auto_gpr.py. Remove gpus to get the result of
  # create_workspace.py. The module renews the keys, so it does not use apiKeyValidity.
  teams = {
    for workspace in yamldecode(file("${path.module}/workspace_config.yaml")).workspaces : workspace.name => {
      clusters   = workspace.clusters
      namespaces = workspace.namespaces
      username   = workspace.username
      email      = workspace.email
      roles      = ["Editor"]
      gpus       = {}
    }
  }
}

output "key_ids" {
  description = "IDs of the keys by team and role."
  value       = module.teams.key_ids
}

output "gpr_templates" {
  description = "Names of the GPR templates by team and cluster."
  value       = module.teams.gpr_templates
}
