# The administrator's API key comes from the environment variable H2OGPTE_API_KEY.
provider "egs" {
  h2ogpte = {
    endpoint = "https://h2ogpte.example.com/api/v1"
  }
}

# Expires in 90 days. The first apply in the last 14 of them extends that to 90 days again, and the secret stays.
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

# For one collection, and deactivated by h2oGPTe after 30 days without use. Plans warn when its end is near.
resource "egs_h2ogpte_api_key" "chat" {
  username                 = "alice"
  name                     = "chat"
  collection_id            = "0e9c1d5a-6d0c-4f0e-8a5c-5c8c0a5b9b11"
  expires_in_days          = 365
  inactivity_interval_days = 30
}

# Kept, and no longer usable. To set active back to true replaces the key.
resource "egs_h2ogpte_api_key" "retired" {
  username = "bob"
  name     = "retired"
  active   = false
}
