data "egs_api_keys" "red" {
  workspace_name = "red"
}

output "names" {
  value = data.egs_api_keys.red.api_keys[*].name
}
