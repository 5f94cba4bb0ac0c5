resource "egs_api_key" "ci" {
  name           = "ci"
  role           = "Editor"
  valid_until    = "2027-03-31" # To renew the key automatically, use validity_period_days and early_renewal_days.
  username       = "rosa"
  description    = "CI of red"
  workspace_name = egs_workspace.red.id
  store_api_key  = false
}

ephemeral "egs_api_key" "ci" {
  id = egs_api_key.ci.id
}
