# h2oGPTe lists users who have logged in at least once.
data "egs_h2ogpte_users" "all" {}

# A key for each user.
resource "egs_h2ogpte_api_key" "notebook" {
  for_each           = { for user in data.egs_h2ogpte_users.all.users : user.username => user.id }
  user_id            = each.value
  name               = "notebook"
  expires_in_days    = 90
  early_renewal_days = 14
}
