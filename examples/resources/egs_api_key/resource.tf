# The key is valid for 90 days. An apply in the last 14 days creates another key. The previous
# key stays valid for 7 days; an apply after that deletes it.
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
