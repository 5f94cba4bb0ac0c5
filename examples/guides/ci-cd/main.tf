# Manages the EGS workspace and the keys of one team. Each team has its own state, in the
# Terraform workspace with the name of the team.
#
#   export EGS_ENDPOINT=… EGS_API_KEY=… PG_CONN_STR=…
#   terraform init
#   terraform workspace select -or-create red
#   terraform apply -lock-timeout=5m

terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0"
    }
  }

  backend "pg" {} # The connection string comes from PG_CONN_STR.
}

provider "egs" {
  requests_per_second = 2 # The rate limit of EGS, divided by the number of concurrent pipelines.
}

locals {
  teams = {
    for file in fileset(path.module, "teams/${terraform.workspace}.yaml") :
    trimsuffix(basename(file), ".yaml") => yamldecode(file("${path.module}/${file}"))
  }
  arguments = ["clusters", "namespaces", "username", "email", "roles", "gpus", "h2ogpte_username", "gaia_permissions"]
}

module "teams" {
  source = "./workspace-bootstrap"
  teams  = local.teams
}

output "key_ids" {
  description = "IDs of the keys by team and role."
  value       = module.teams.key_ids

  precondition { # Without this check, Terraform ignores unknown attributes of a team.
    condition     = alltrue([for team in local.teams : length(setsubtract(keys(team), local.arguments)) == 0])
    error_message = "The files in teams/ can contain only these arguments: ${join(", ", local.arguments)}."
  }
}
