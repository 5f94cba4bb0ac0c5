list "egs_api_key" "expiring" {
  provider = egs

  config {
    workspace_name       = "red"
    expiring_within_days = 14
  }
}
