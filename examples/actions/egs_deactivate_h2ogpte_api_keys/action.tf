variable "dry_run" {
  description = "Whether to only tell what would be deactivated."
  type        = bool
  default     = true
}

# terraform apply -invoke=action.egs_deactivate_h2ogpte_api_keys.leaver
# terraform apply -invoke=action.egs_deactivate_h2ogpte_api_keys.leaver -var dry_run=false
action "egs_deactivate_h2ogpte_api_keys" "leaver" {
  config {
    username = "bob"
    dry_run  = var.dry_run
  }
}

# All that have expired.
action "egs_deactivate_h2ogpte_api_keys" "expired" {
  config {
    expired = true
    dry_run = var.dry_run
  }
}

# Certain keys.
action "egs_deactivate_h2ogpte_api_keys" "leaked" {
  config {
    ids     = ["7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90", "b5a1b6a4-91a1-4a3e-8f5f-0d6f1c3e7a21"]
    dry_run = var.dry_run
  }
}
