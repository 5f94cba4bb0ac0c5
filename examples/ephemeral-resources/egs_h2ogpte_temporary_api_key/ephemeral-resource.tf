variable "h2ogpte_endpoint" {
  description = "Base URL of h2oGPTe, such as https://h2ogpte.example.com/api/v1."
  type        = string
}

# A key that only this run has: it is deleted when the run ends.
ephemeral "egs_h2ogpte_temporary_api_key" "upload" {
  username = "alice"
  name     = "upload"
}

# Hands it to a program, in the environment. Terraform prints the output of a command that fails, so the command has
# none, and other users of the machine see the arguments of a program, so curl reads the key from its input.
resource "terraform_data" "collections" {
  triggers_replace = plantimestamp()

  provisioner "local-exec" {
    command = "exec >/dev/null 2>&1; echo \"Authorization: Bearer $SECRET\" | curl -f -H @- \"$ENDPOINT/collections\""
    environment = {
      SECRET   = ephemeral.egs_h2ogpte_temporary_api_key.upload.secret_key
      ENDPOINT = var.h2ogpte_endpoint
    }
  }
}
