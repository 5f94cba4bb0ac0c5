action "egs_revoke_api_keys" "by_script" {
  config {
    workspace_name = "red"
    name           = "red"
  }
}
