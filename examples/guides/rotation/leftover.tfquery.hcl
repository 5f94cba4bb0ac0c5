list "egs_api_key" "batch" {
  provider = egs

  config {
    name           = "batch"
    workspace_name = "red"
  }
}
