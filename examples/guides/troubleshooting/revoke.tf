action "egs_revoke_api_keys" "left" {
  config {
    ids = ["030b514f342dcf5ac94f3f39726c247e"]
  }
}
