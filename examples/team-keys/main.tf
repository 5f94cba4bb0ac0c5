# Creates an Editor and a Viewer key for each workspace, and renews the keys before they
# expire.
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
  description = "Names of the workspaces. They must exist in EGS."
  type        = set(string)
}

variable "validity_period_days" {
  description = "Number of days for which a key is valid."
  type        = number
  default     = 90
}

variable "early_renewal_days" {
  description = "Number of days before the expiry of a key at which renewal starts."
  type        = number
  default     = 14
}

variable "overlap_days" {
  description = "Number of days for which the previous key stays valid after a renewal."
  type        = number
  default     = 7
}

locals {
  keys = {
    for pair in setproduct(var.workspaces, ["Editor", "Viewer"]) :
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
  overlap_days         = var.overlap_days
}

output "ids" {
  description = "IDs of the keys by name. They are safe to show."
  value       = { for name, key in egs_api_key.team : name => key.id }
}

output "api_keys" {
  description = "Secrets of the keys by name."
  value       = { for name, key in egs_api_key.team : name => key.api_key }
  sensitive   = true
}
