# The token of the key that the provider logs in with.
ephemeral "egs_access_token" "this" {}

# Hands it to a program, in the environment. Terraform prints the output of a command that fails, so the command has
# none, and other users of the machine see the arguments of a program, so curl reads the token from its input.
resource "terraform_data" "list" {
  triggers_replace = plantimestamp()

  provisioner "local-exec" {
    command     = "exec >/dev/null 2>&1; echo \"Authorization: Bearer $TOKEN\" | curl -f -H @- \"$EGS_ENDPOINT/api/v1/api-key/list\""
    environment = { TOKEN = ephemeral.egs_access_token.this.token }
  }
}
