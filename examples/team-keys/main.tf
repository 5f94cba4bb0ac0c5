# Gives every team's workspace a key of each role.
#
#   export EGS_ENDPOINT=… EGS_API_KEY=…
#   terraform apply -var 'workspaces=["red", "green"]' -var valid_until=2027-12-31
#   terraform output -json api_keys

terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

provider "egs" {}

variable "workspaces" {
  description = "Workspaces that get keys. They must exist in EGS."
  type        = set(string)
}

variable "valid_until" {
  description = "Date until which the keys are valid, as YYYY-MM-DD."
  type        = string
}

locals {
  keys = {
    for pair in setproduct(var.workspaces, ["Owner", "Editor", "Viewer"]) :
    lower("${pair[0]}-${pair[1]}") => { workspace = pair[0], role = pair[1] }
  }
}

resource "egs_api_key" "team" {
  for_each = local.keys

  name           = each.key
  role           = each.value.role
  workspace_name = each.value.workspace
  description    = "${each.value.role} of ${each.value.workspace}, by Terraform"
  valid_until    = var.valid_until
}

output "ids" {
  description = "The keys' ids by name; they are safe to show."
  value       = { for name, key in egs_api_key.team : name => key.id }
}

output "api_keys" {
  description = "The keys' secrets by name."
  value       = { for name, key in egs_api_key.team : name => key.api_key }
  sensitive   = true
}
