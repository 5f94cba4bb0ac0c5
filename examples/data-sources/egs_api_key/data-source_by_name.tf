# Several keys may have the same name, so also set the workspace.
data "egs_api_key" "by_name" {
  name           = "deploy"
  workspace_name = "red"
}

output "valid_until" {
  value = data.egs_api_key.by_name.valid_until
}
