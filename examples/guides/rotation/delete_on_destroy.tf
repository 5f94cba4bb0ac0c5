resource "egs_api_key" "batch" {
  name                 = "batch"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  delete_on_destroy    = false
}
