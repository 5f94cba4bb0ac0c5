list "egs_api_key" "all" {
  provider         = egs
  include_resource = true # Include all attributes in the result.
  limit            = 1000 # Defaults to 100.

  # Terraform must not manage the key that the provider logs in with.
  config {
    used_by_provider = false
  }
}
