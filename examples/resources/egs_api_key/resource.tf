# Valid for 90 days. The first apply in the last 14 of them creates another key. The old one works for 7 days more, and then an
# apply deletes it.
resource "egs_api_key" "example" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = "red"
  description          = "Deployments of team red"
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

# terraform output -raw api_key
output "api_key" {
  value     = egs_api_key.example.api_key
  sensitive = true
}

# A fixed date, for all of EGS. Plans warn of the date when it is near.
resource "egs_api_key" "automation" {
  name        = "automation"
  role        = "Owner"
  username    = "platform-team"
  valid_until = "2027-12-31"
}

# Rotated when the text of rotate_when_changed changes.
resource "egs_api_key" "rotated" {
  name                = "rotated"
  role                = "Viewer"
  workspace_name      = "red"
  valid_until         = "2027-12-31"
  rotate_when_changed = { reason = "handed over to team blue" }
  overlap_days        = 7
}

# The secret stays out of the state; the ephemeral resource egs_api_key fetches it.
resource "egs_api_key" "not_stored" {
  name                 = "not-stored"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  store_api_key        = false
}
