# Teams from the YAML file of the vendor's scripts, which need no longer run.

terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0" # any before 1.0, builds from a clone too
    }
  }
}

module "teams" {
  source = "../.."

  # An Editor key and GPUs for each workspace, as create_workspace_with_auto_gpr.py makes; create_workspace.py makes no GPUs.
  # apiKeyValidity has no use: the keys are renewed.
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
  description = "The keys' ids by team and role."
  value       = module.teams.key_ids
}

output "gpr_templates" {
  description = "The names of the GPR templates by team and cluster."
  value       = module.teams.gpr_templates
}
