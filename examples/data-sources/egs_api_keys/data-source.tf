# All keys that the provider's credentials may see, without their secrets.
data "egs_api_keys" "all" {}

# What several filters have in common.
data "egs_api_keys" "editors_of_red" {
  workspace_name = "red"
  role           = "Editor"
}

output "number_of_keys" {
  value = length(data.egs_api_keys.all.api_keys)
}

output "editors_of_red" {
  value = { for key in data.egs_api_keys.editors_of_red.api_keys : key.id => key.name }
}
