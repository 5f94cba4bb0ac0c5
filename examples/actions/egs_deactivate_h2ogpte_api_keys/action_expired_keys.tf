action "egs_deactivate_h2ogpte_api_keys" "expired" {
  config {
    expired = true
    dry_run = true # Remove this line to deactivate the keys.
  }
}
