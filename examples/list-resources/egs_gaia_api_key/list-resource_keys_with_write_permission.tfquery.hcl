list "egs_gaia_api_key" "writers" {
  provider = egs

  config {
    permissions = "write"
  }
}
