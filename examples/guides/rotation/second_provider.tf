resource "egs_api_key" "red" {
  name                 = "terraform-red"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

provider "egs" {
  alias   = "red"
  api_key = egs_api_key.red.api_key
}
