# A workspace for each team, and a key of each role for each workspace.

resource "egs_workspace" "team" {
  for_each = var.teams

  name            = each.key
  clusters        = each.value.clusters
  namespaces      = each.value.namespaces
  username        = each.value.username
  email           = each.value.email
  delete_api_keys = var.delete_api_keys ? true : null
}

# The id is known only after the workspace is created: the keys are created after it, deleted before it, and
# replaced with it.

resource "egs_api_key" "owner" {
  for_each = var.teams

  name                 = "${each.key}-owner"
  role                 = "Owner"
  workspace_name       = egs_workspace.team[each.key].id
  user_name            = each.value.username
  description          = "Owner of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false
}

resource "egs_api_key" "editor" {
  for_each = var.teams

  name                 = "${each.key}-editor"
  role                 = "Editor"
  workspace_name       = egs_workspace.team[each.key].id
  user_name            = each.value.username
  description          = "Editor of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false
}

resource "egs_api_key" "viewer" {
  for_each = var.teams

  name                 = "${each.key}-viewer"
  role                 = "Viewer"
  workspace_name       = egs_workspace.team[each.key].id
  user_name            = each.value.username
  description          = "Viewer of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false
}

locals {
  keys = merge(
    { for team, key in egs_api_key.owner : "${team}/Owner" => { workspace = team, role = "Owner", id = key.id } },
    { for team, key in egs_api_key.editor : "${team}/Editor" => { workspace = team, role = "Editor", id = key.id } },
    { for team, key in egs_api_key.viewer : "${team}/Viewer" => { workspace = team, role = "Viewer", id = key.id } },
  )

  clusters = merge([
    for team, settings in var.teams : {
      for cluster in settings.clusters : "${team}/${cluster}" => { workspace = team, cluster = cluster }
    }
  ]...)
}
