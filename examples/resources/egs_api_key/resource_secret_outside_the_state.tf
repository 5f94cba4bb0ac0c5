# The ephemeral resource egs_api_key returns the secret.
resource "egs_api_key" "not_stored" {
  name                 = "not-stored"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  store_api_key        = false
}
