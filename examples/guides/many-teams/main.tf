# All teams in one state: a file in teams/ for each team.

terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0"
    }
  }
}

provider "egs" {} # EGS_ENDPOINT and EGS_API_KEY, which is an Owner key

module "teams" {
  source = "../../workspace-bootstrap" # your copy of the module

  teams = {
    for file in fileset(path.module, "teams/*.yaml") :
    trimsuffix(basename(file), ".yaml") => yamldecode(file("${path.module}/${file}"))
  }
}

output "key_ids" {
  description = "IDs of the keys by team and role, such as \"red/Editor\"."
  value       = module.teams.key_ids
}
