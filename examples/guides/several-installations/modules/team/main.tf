terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

variable "name" {
  description = "Name of the team and of its workspace."
  type        = string
}

variable "clusters" {
  description = "Clusters of the workspace, as they are registered in the installation."
  type        = set(string)
}

resource "egs_workspace" "team" {
  name       = var.name
  clusters   = var.clusters
  namespaces = ["${var.name}-training"]
  username   = var.name
  email      = "${var.name}@example.com"
}

resource "egs_api_key" "team" {
  name                 = "${var.name}-editor"
  role                 = "Editor"
  workspace_name       = egs_workspace.team.id
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}
