# Keys of h2oGPTe and Search GAIA, for teams that ask for them. These two are in the state in clear text: h2oGPTe
# tells a secret once, and a key of Search GAIA is its own identifier.

resource "egs_h2ogpte_api_key" "team" {
  for_each = { for team, settings in var.teams : team => settings.h2ogpte_username if settings.h2ogpte_username != null }

  username           = each.value
  name               = "${each.key}, by Terraform"
  expires_in_days    = var.validity_period_days
  early_renewal_days = var.early_renewal_days
}

resource "egs_gaia_api_key" "team" {
  for_each = { for team, settings in var.teams : team => settings.gaia_permissions if settings.gaia_permissions != null }

  permissions = each.value
}

locals {
  more_keys = merge(
    { for team, key in egs_h2ogpte_api_key.team : "${team}/h2oGPTe" => { workspace = team, role = "h2oGPTe", id = key.id } },
    { for team, key in egs_gaia_api_key.team : "${team}/GAIA" => { workspace = team, role = "GAIA", id = key.id } },
  )
}

# Runs for new keys. That of h2oGPTe is renewed in place: it keeps its secret.
resource "terraform_data" "more_keys" {
  for_each = var.hand_over == null ? {} : local.more_keys

  triggers_replace = each.value.id

  provisioner "local-exec" {
    command = format(local.quiet, var.hand_over)
    environment = {
      WORKSPACE = each.value.workspace
      ROLE      = each.value.role
      KEY_ID    = each.value.id
      API_KEY = (each.value.role == "h2oGPTe" ?
        egs_h2ogpte_api_key.team[each.value.workspace].secret_key :
        egs_gaia_api_key.team[each.value.workspace].api_key
      )
    }
  }
}
