list "egs_api_key" "eu" {
  provider = egs.eu
}
