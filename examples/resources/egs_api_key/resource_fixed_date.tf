# Plans warn before the date. An Owner key does not need a workspace.
resource "egs_api_key" "automation" {
  name        = "automation"
  role        = "Owner"
  username    = "platform-team"
  valid_until = "2027-12-31"
}
