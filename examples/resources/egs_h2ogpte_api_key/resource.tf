# The administrator's API key comes from the environment variable H2OGPTE_API_KEY.
provider "egs" {
  h2ogpte = {
    endpoint = "https://h2ogpte.example.com/api/v1"
  }
}

# The key expires in 90 days. An apply in the last 14 days extends it to 90 days. The secret
# stays the same.
resource "egs_h2ogpte_api_key" "example" {
  username           = "alice"
  name               = "notebook"
  expires_in_days    = 90
  early_renewal_days = 14
}

# terraform output -raw secret_key
output "secret_key" {
  value     = egs_h2ogpte_api_key.example.secret_key
  sensitive = true
}
