terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

# The environment variables EGS_ENDPOINT and EGS_API_KEY configure the provider.
provider "egs" {}

variable "valid_until" {
  type = string
}

locals {
  # A key for every workspace and role.
  keys = {
    for pair in setproduct(["red", "green"], ["Editor", "Viewer"]) :
    lower("${pair[0]}-${pair[1]}") => { workspace = pair[0], role = pair[1] }
  }
}

resource "egs_api_key" "team" {
  for_each = local.keys

  name           = each.key
  role           = each.value.role
  workspace_name = each.value.workspace
  description    = "${each.value.role} of ${each.value.workspace}"
  valid_until    = var.valid_until
}
