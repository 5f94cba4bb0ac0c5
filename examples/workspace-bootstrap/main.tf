# Creates a workspace for each team, and a key for each role of the team.

resource "egs_workspace" "team" {
  for_each = var.teams

  name            = each.key
  clusters        = each.value.clusters
  namespaces      = each.value.namespaces
  username        = each.value.username
  email           = each.value.email
  delete_api_keys = var.delete_api_keys ? true : null
}

# The id of the workspace is known only after apply. So Terraform creates the keys after the workspace, deletes them before it, and
# replaces them if it is replaced.

resource "egs_api_key" "team" {
  for_each = local.roles

  name                 = "${each.value.workspace}-${lower(each.value.role)}"
  role                 = each.value.role
  workspace_name       = egs_workspace.team[each.value.workspace].id
  username             = var.teams[each.value.workspace].username
  description          = "${each.value.role} of ${each.value.workspace}, by Terraform"
  validity_period_days = var.validity_period_days
  early_renewal_days   = var.early_renewal_days
  overlap_days         = var.overlap_days
  store_api_key        = false
}

locals {
  roles = merge([
    for team, settings in var.teams : {
      for role in settings.roles : "${team}/${role}" => { workspace = team, role = role }
    }
  ]...)

  keys = { for name, key in egs_api_key.team : name => merge(local.roles[name], { id = key.id }) }

  clusters = merge([
    for team, settings in var.teams : {
      for cluster in settings.clusters : "${team}/${cluster}" => { workspace = team, cluster = cluster }
    }
  ]...)
}
