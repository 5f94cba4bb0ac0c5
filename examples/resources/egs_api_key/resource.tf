# A program of one team reads and changes its workspace with this key.
resource "egs_api_key" "example" {
  name           = "deploy"
  role           = "Editor"
  workspace_name = "red"
  description    = "Deployments of team red"
  valid_until    = "2027-12-31"
}

# A key for all of EGS.
resource "egs_api_key" "automation" {
  name        = "automation"
  role        = "Owner"
  user_name   = "platform-team"
  valid_until = "2027-12-31"
}

# terraform output -raw api_key
output "api_key" {
  value     = egs_api_key.example.api_key
  sensitive = true
}
