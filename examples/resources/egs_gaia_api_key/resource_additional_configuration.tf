# config sets members that your version of Search GAIA supports in addition to permissions.
resource "egs_gaia_api_key" "indexer" {
  permissions = "write"
  config      = jsonencode({ description = "Nightly indexing" })
}
