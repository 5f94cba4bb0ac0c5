ephemeral "egs_api_key" "ci" {
  id = egs_api_key.ci.id
}

resource "terraform_data" "ci" {
  triggers_replace = egs_api_key.ci.id

  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; printf %s \"$SECRET\" | store-secret egs/ci"
    environment = { SECRET = ephemeral.egs_api_key.ci.api_key }
  }
}
