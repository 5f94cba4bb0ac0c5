# Manages all teams in one state. Each team has a file in teams/.

terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0"
    }
  }
}

provider "egs" {} # EGS_ENDPOINT, and an Owner key in EGS_API_KEY

locals {
  teams = {
    for file in fileset(path.module, "teams/*.yaml") :
    trimsuffix(basename(file), ".yaml") => yamldecode(file("${path.module}/${file}"))
  }
  arguments = ["clusters", "namespaces", "username", "email", "roles", "gpus", "h2ogpte_username", "gaia_permissions"]
}

module "teams" {
  source = "./workspace-bootstrap"
  teams  = local.teams
}

output "key_ids" {
  description = "IDs of the keys by team and role, such as \"red/Editor\"."
  value       = module.teams.key_ids

  precondition { # Without this check, Terraform ignores unknown attributes of a team.
    condition     = alltrue([for team in local.teams : length(setsubtract(keys(team), local.arguments)) == 0])
    error_message = "The files in teams/ can contain only these arguments: ${join(", ", local.arguments)}."
  }
}
