terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

# The environment variables EGS_ENDPOINT and EGS_API_KEY configure the provider.
provider "egs" {}

locals {
  # A key for every workspace and role.
  keys = {
    for pair in setproduct(["red", "green"], ["Editor", "Viewer"]) :
    lower("${pair[0]}-${pair[1]}") => { workspace = pair[0], role = pair[1] }
  }
}

resource "egs_api_key" "team" {
  for_each = local.keys

  name                 = each.key
  role                 = each.value.role
  workspace_name       = each.value.workspace
  validity_period_days = 90
  early_renewal_days   = 14 # An apply in the last 14 days creates the next key.
  overlap_days         = 7  # The previous key works for 7 more days.
}
