resource "egs_gaia_api_key" "example" {
  permissions = "read"
}

# terraform output -raw gaia_api_key
output "gaia_api_key" {
  value     = egs_gaia_api_key.example.api_key
  sensitive = true
}
