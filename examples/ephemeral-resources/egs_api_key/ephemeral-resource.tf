# The secret is not in the state.
resource "egs_api_key" "ci" {
  name                 = "ci"
  role                 = "Editor"
  workspace_name       = "red"
  validity_period_days = 90
  early_renewal_days   = 14
  store_api_key        = false
}

# Returns the secret.
ephemeral "egs_api_key" "ci" {
  id = egs_api_key.ci.id
}

# Runs the command for each new key. Replace tee with the program that stores your secrets.
resource "terraform_data" "ci" {
  triggers_replace = egs_api_key.ci.id

  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; umask 077 && printf %s \"$SECRET\" | tee ci.key"
    environment = { SECRET = ephemeral.egs_api_key.ci.api_key }
  }
}
