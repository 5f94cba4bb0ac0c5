# All keys but the provider's own, with all that a configuration needs.
list "egs_gaia_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  # Terraform must not manage, and some day delete, the key that it logs in with.
  config {
    used_by_provider = false
  }
}

# Only those that may write.
list "egs_gaia_api_key" "writers" {
  provider = egs

  config {
    permissions = "write"
  }
}
