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
