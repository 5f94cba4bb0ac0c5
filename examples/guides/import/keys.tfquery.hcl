list "egs_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Defaults to 100. Terraform does not report omitted results.

  config {
    used_by_provider = false
  }
}
