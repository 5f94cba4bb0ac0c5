variable "dry_run" {
  description = "Whether to only tell what would be revoked."
  type        = bool
  default     = true
}

# terraform apply -invoke=action.egs_revoke_api_keys.workspace
# terraform apply -invoke=action.egs_revoke_api_keys.workspace -var dry_run=false
action "egs_revoke_api_keys" "workspace" {
  config {
    workspace_name = "red"
    dry_run        = var.dry_run
  }
}

# All that have expired, in all workspaces.
action "egs_revoke_api_keys" "expired" {
  config {
    expired = true
    dry_run = var.dry_run
  }
}

# Certain keys.
action "egs_revoke_api_keys" "leaked" {
  config {
    ids     = ["030b514f342dcf5ac94f3f39726c247e", "2794ea88a71d89069bc677092a551238"]
    dry_run = var.dry_run
  }
}
