variable "h2ogpte_endpoint" {
  description = "Base URL of h2oGPTe, such as https://h2ogpte.example.com/api/v1."
  type        = string
}

# The provider deletes the key at the end of the run.
ephemeral "egs_h2ogpte_temporary_api_key" "upload" {
  username = "alice"
  name     = "upload"
}

# Passes the secret to a program. Other users of the machine can see the arguments of a
# program, so curl reads the secret from standard input.
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
