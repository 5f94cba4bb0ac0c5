resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}
