list "egs_workspace" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}

list "egs_api_key" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000

  config {
    used_by_provider = false # Terraform must not manage the key that the provider logs in with.
  }
}

list "egs_gpr_template" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}

list "egs_gpr_template_binding" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}
