# h2oGPTe deactivates the key after 30 days without use. Plans warn before the key expires.
resource "egs_h2ogpte_api_key" "chat" {
  username                 = "alice"
  name                     = "chat"
  collection_id            = "0e9c1d5a-6d0c-4f0e-8a5c-5c8c0a5b9b11"
  expires_in_days          = 365
  inactivity_interval_days = 30
}
