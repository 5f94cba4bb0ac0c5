resource "egs_api_key" "deploy" {
  # Keep the other arguments as they are, including description and username.
  name           = "deploy"
  role           = "Editor"
  workspace_name = "red"

  # In place of valid_until:
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}
