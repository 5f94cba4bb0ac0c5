variable "dry_run" {
  description = "Whether to only list the keys that would be revoked."
  type        = bool
  default     = true
}

# All keys of a workspace:
#   terraform apply -invoke=action.egs_revoke_api_keys.workspace
#   terraform apply -invoke=action.egs_revoke_api_keys.workspace -var dry_run=false
action "egs_revoke_api_keys" "workspace" {
  config {
    workspace_name = "red"
    dry_run        = var.dry_run
  }
}
