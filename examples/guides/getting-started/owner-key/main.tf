terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

# The endpoint and the credentials come from environment variables.
provider "egs" {}

resource "egs_api_key" "terraform" {
  name                 = "terraform"
  role                 = "Owner"
  description          = "Terraform logs in with this key"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

output "api_key" {
  value     = egs_api_key.terraform.api_key
  sensitive = true
}
