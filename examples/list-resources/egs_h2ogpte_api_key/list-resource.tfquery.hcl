# All keys that are active, but the provider's own, with all that a configuration needs.
list "egs_h2ogpte_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  # Terraform must not manage, and some day delete, the key that it logs in with.
  config {
    active           = true
    used_by_provider = false
  }
}

# What ends in the next two weeks of alice's.
list "egs_h2ogpte_api_key" "ending" {
  provider = egs

  config {
    username             = "alice"
    expiring_within_days = 14
  }
}
