# All keys that the provider's credentials may see, but its own, with all that a configuration needs.
list "egs_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  # Terraform must not manage, and some day delete, the key that it logs in with.
  config {
    used_by_provider = false
  }
}

# What ends in the next two weeks in the workspace red.
list "egs_api_key" "ending" {
  provider = egs

  config {
    workspace_name       = "red"
    expiring_within_days = 14
  }
}
