# A token for the API key that the provider uses.
ephemeral "egs_access_token" "this" {}

# Passes the token to a program. Other users of the machine can see the arguments of a program,
# so curl reads the token from standard input.
resource "terraform_data" "list" {
  triggers_replace = plantimestamp()

  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; echo \"Authorization: Bearer $TOKEN\" | curl -f -H @- \"$EGS_ENDPOINT/api/v1/api-key/list\""
    environment = { TOKEN = ephemeral.egs_access_token.this.token }
  }
}
