# Those who have logged in once.
data "egs_h2ogpte_users" "all" {}

# A key for each of them.
resource "egs_h2ogpte_api_key" "notebook" {
  for_each           = { for user in data.egs_h2ogpte_users.all.users : user.username => user.id }
  user_id            = each.value
  name               = "notebook"
  expires_in_days    = 90
  early_renewal_days = 14
}
