# Changing a value of rotate_when_changed rotates the key.
resource "egs_api_key" "rotated" {
  name                = "rotated"
  role                = "Viewer"
  workspace_name      = "red"
  valid_until         = "2027-12-31"
  rotate_when_changed = { reason = "handed over to team blue" }
  overlap_days        = 7
}
