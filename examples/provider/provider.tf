terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

# The API key comes from the environment variable EGS_API_KEY.
provider "egs" {
  endpoint = "https://egs.example.com"
}

# The workspace must exist in EGS.
resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}
