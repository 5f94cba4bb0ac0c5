terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

provider "egs" {}

resource "egs_workspace" "vision" {
  name       = "vision"
  clusters   = ["worker-1"]
  namespaces = ["vision-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = egs_workspace.vision.id
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

output "api_key" {
  value     = egs_api_key.deploy.api_key
  sensitive = true
}
