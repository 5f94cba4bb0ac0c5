# All expired keys in all workspaces.
action "egs_revoke_api_keys" "expired" {
  config {
    expired = true
    dry_run = true # Remove this line to revoke the keys.
  }
}
