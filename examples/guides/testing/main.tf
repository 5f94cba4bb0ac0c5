terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

variable "team" {
  description = "Name of the team and of its workspace."
  type        = string
}

variable "role" {
  description = "Role of the team's key."
  type        = string
  default     = "Editor"

  validation {
    condition     = contains(["Editor", "Viewer"], var.role)
    error_message = "A team gets an Editor or a Viewer key."
  }
}

resource "egs_workspace" "team" {
  name       = var.team
  clusters   = ["worker-1"]
  namespaces = [var.team]
  username   = "rosa"
  email      = "rosa@example.com"
}

resource "egs_api_key" "team" {
  name                 = "${var.team}-${lower(var.role)}"
  role                 = var.role
  workspace_name       = egs_workspace.team.id
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

data "egs_workspace_inventory" "team" {
  workspace_name = egs_workspace.team.id
}

output "key_id" {
  value = egs_api_key.team.id
}

output "gpu_shapes" {
  value = distinct(data.egs_workspace_inventory.team.gpus[*].gpu_shape)
}
