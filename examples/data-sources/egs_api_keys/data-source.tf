# All keys that the provider's credentials can see, without their secrets.
data "egs_api_keys" "all" {}

output "number_of_keys" {
  value = length(data.egs_api_keys.all.api_keys)
}
