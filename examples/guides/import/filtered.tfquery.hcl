list "egs_api_key" "red" {
  provider         = egs
  include_resource = true
  limit            = 1000

  config {
    workspace_name   = "red"
    expired          = false
    used_by_provider = false
  }
}
