# Keys that match all filters.
data "egs_api_keys" "editors_of_red" {
  workspace_name = "red"
  role           = "Editor"
}

output "editors_of_red" {
  value = { for key in data.egs_api_keys.editors_of_red.api_keys : key.id => key.name }
}
