# A team manages the keys of its workspace. EGS_API_KEY is the Editor key of the team.

terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

provider "egs" {}

resource "egs_api_key" "application" {
  for_each             = toset(["training", "serving"])
  name                 = "red-${each.key}"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}
