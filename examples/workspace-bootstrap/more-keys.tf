# h2oGPTe and Search GAIA keys. Their secrets are stored in the state in plain text: h2oGPTe returns a secret only once, and
# Search GAIA identifies a key by its secret.

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

  more_secrets = merge(
    { for team, key in egs_h2ogpte_api_key.team : "${team}/h2oGPTe" => key.secret_key },
    { for team, key in egs_gaia_api_key.team : "${team}/GAIA" => key.api_key },
  )
}
