action "egs_deactivate_h2ogpte_api_keys" "leaked" {
  config {
    ids     = ["7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90", "b5a1b6a4-91a1-4a3e-8f5f-0d6f1c3e7a21"]
    dry_run = true # Remove this line to deactivate the keys.
  }
}
