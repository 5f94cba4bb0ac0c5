action "egs_revoke_api_keys" "leaked" {
  config {
    ids     = ["030b514f342dcf5ac94f3f39726c247e", "2794ea88a71d89069bc677092a551238"]
    dry_run = true # Remove this line to revoke the keys.
  }
}
