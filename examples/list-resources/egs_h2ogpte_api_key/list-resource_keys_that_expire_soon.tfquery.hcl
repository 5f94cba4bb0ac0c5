list "egs_h2ogpte_api_key" "expiring" {
  provider = egs

  config {
    username             = "alice"
    expiring_within_days = 14
  }
}
