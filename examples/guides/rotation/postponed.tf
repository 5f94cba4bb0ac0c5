resource "egs_api_key" "deploy" {
  name           = "deploy"
  role           = "Editor"
  workspace_name = "red"
  valid_until    = "2027-02-20" # Replaces validity_period_days and early_renewal_days.
}
