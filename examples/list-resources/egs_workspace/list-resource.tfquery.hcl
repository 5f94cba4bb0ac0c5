# EGS does not return username and email, so set them in the generated configuration.
list "egs_workspace" "all" {
  provider         = egs
  include_resource = true # Include all attributes in the result.
  limit            = 1000 # Defaults to 100.
}
