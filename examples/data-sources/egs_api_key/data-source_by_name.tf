# Keys of different workspaces can have the same name, so set the workspace too.
data "egs_api_key" "by_name" {
  name           = "deploy"
  workspace_name = "red"
}

output "valid_until" {
  value = data.egs_api_key.by_name.valid_until
}
