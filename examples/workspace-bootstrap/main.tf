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

# The workspace's name, which is not known as long as the workspace is to be made: for the first time, because
# somebody deleted it, or as a replacement. So this changes then, and the keys go with it.
resource "terraform_data" "made" {
  for_each = var.teams

  input = egs_workspace.team[each.key].namespace_clusters == null ? each.key : each.key
}

# replace_triggered_by takes each.key only: hence a block for each role.

resource "egs_api_key" "owner" {
  for_each = var.teams

  name                 = "${each.key}-owner"
  role                 = "Owner"
  workspace_name       = egs_workspace.team[each.key].name
  user_name            = each.value.username
  description          = "Owner of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false

  lifecycle {
    replace_triggered_by = [terraform_data.made[each.key]]
  }
}

resource "egs_api_key" "editor" {
  for_each = var.teams

  name                 = "${each.key}-editor"
  role                 = "Editor"
  workspace_name       = egs_workspace.team[each.key].name
  user_name            = each.value.username
  description          = "Editor of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false

  lifecycle {
    replace_triggered_by = [terraform_data.made[each.key]]
  }
}

resource "egs_api_key" "viewer" {
  for_each = var.teams

  name                 = "${each.key}-viewer"
  role                 = "Viewer"
  workspace_name       = egs_workspace.team[each.key].name
  user_name            = each.value.username
  description          = "Viewer of ${each.key}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  store_api_key        = false

  lifecycle {
    replace_triggered_by = [terraform_data.made[each.key]]
  }
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
