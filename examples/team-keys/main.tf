# Gives every team's workspace a key of each role, and renews the keys before they end.
#
#   export EGS_ENDPOINT=… EGS_API_KEY=…
#   terraform init
#   terraform apply -var 'workspaces=["red", "green"]'
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

variable "validity_period_days" {
  description = "How many days a key is valid."
  type        = number
  default     = 90
}

variable "early_renewal_days" {
  description = "How many days before its end an apply replaces a key."
  type        = number
  default     = 14
}

locals {
  keys = {
    for pair in setproduct(var.workspaces, ["Owner", "Editor", "Viewer"]) :
    lower("${pair[0]}-${pair[1]}") => { workspace = pair[0], role = pair[1] }
  }
}

resource "egs_api_key" "team" {
  for_each = local.keys

  name                 = each.key
  role                 = each.value.role
  workspace_name       = each.value.workspace
  description          = "${each.value.role} of ${each.value.workspace}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
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
