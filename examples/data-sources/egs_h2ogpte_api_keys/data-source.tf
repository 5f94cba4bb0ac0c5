# All keys, without their secrets.
data "egs_h2ogpte_api_keys" "all" {}

# The active keys of alice.
data "egs_h2ogpte_api_keys" "alice" {
  username = "alice"
  active   = true
}

output "number_of_keys" {
  value = length(data.egs_h2ogpte_api_keys.all.api_keys)
}

output "keys_of_alice" {
  value = { for key in data.egs_h2ogpte_api_keys.alice.api_keys : key.id => key.name }
}
