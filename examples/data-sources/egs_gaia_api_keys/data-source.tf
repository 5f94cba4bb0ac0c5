# All keys. The result does not contain their secrets.
data "egs_gaia_api_keys" "all" {}

data "egs_gaia_api_keys" "writers" {
  permissions = "write"
}

output "number_of_gaia_api_keys" {
  value = length(data.egs_gaia_api_keys.all.api_keys)
}

output "ids_of_writers" {
  value = data.egs_gaia_api_keys.writers.api_keys[*].id
}
