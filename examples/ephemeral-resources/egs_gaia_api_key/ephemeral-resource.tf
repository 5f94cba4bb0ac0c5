# Returns a key that this configuration does not manage.
ephemeral "egs_gaia_api_key" "search" {
  id = "1d3d803fca95554fa9a939cfc6d1be4cb5f16d96b53ba24eb2884cf7146dfbcc"
}

# Runs the command once. Replace tee with the program that stores your secrets.
resource "terraform_data" "search" {
  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; umask 077 && printf %s \"$SECRET\" | tee search.key"
    environment = { SECRET = ephemeral.egs_gaia_api_key.search.api_key }
  }
}
