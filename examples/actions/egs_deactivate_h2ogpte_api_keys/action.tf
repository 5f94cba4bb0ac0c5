variable "dry_run" {
  description = "Whether to only list the keys that would be deactivated."
  type        = bool
  default     = true
}

# All keys of a user:
#   terraform apply -invoke=action.egs_deactivate_h2ogpte_api_keys.leaver
#   terraform apply -invoke=action.egs_deactivate_h2ogpte_api_keys.leaver -var dry_run=false
action "egs_deactivate_h2ogpte_api_keys" "leaver" {
  config {
    username = "bob"
    dry_run  = var.dry_run
  }
}
