resource "egs_api_key" "web" {
  name                 = "web"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14

  lifecycle {
    create_before_destroy = true
  }
}
