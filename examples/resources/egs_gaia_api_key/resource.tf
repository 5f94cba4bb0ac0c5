resource "egs_gaia_api_key" "example" {
  permissions = "read"
}

# terraform output -raw gaia_api_key
output "gaia_api_key" {
  value     = egs_gaia_api_key.example.api_key
  sensitive = true
}

# With further members of the key's config, as your Search GAIA knows them.
resource "egs_gaia_api_key" "indexer" {
  permissions = "write"
  config      = jsonencode({ description = "Nightly indexing" })
}
