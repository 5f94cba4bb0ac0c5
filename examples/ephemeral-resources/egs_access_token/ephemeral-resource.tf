# The token of the key that the provider logs in with.
ephemeral "egs_access_token" "this" {}

# Hands it to a program, in the environment.
resource "terraform_data" "list" {
  triggers_replace = plantimestamp()

  provisioner "local-exec" {
    command     = "curl -fsS -o /dev/null -H \"Authorization: Bearer $TOKEN\" \"$EGS_ENDPOINT/api/v1/api-key/list\""
    environment = { TOKEN = ephemeral.egs_access_token.this.token }
  }
}
