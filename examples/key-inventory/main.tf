# Shows which keys there are, whoever made them, and warns of those that end soon.
# It changes nothing, and no secret gets into the state.
#
#   export EGS_ENDPOINT=… EGS_API_KEY=…
#   terraform init
#   terraform apply -auto-approve

terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

provider "egs" {}

variable "days" {
  description = "How many days before its end a key counts as ending soon."
  type        = number
  default     = 30
}

data "egs_api_keys" "all" {}

locals {
  soon = timeadd(plantimestamp(), "${var.days * 24}h")

  ending = [
    for key in data.egs_api_keys.all.api_keys : key
    if timecmp("${key.valid_until}T23:59:59Z", local.soon) < 0
  ]
}

check "no_key_ends_soon" {
  assert {
    condition = length(local.ending) == 0
    error_message = join("\n", concat(
      ["These keys end within ${var.days} days, or have ended:"],
      [for key in local.ending : "- ${key.name} of ${coalesce(key.workspace_name, "no workspace")}, ${key.valid_until}, ${key.id}"],
    ))
  }
}

output "names_by_workspace" {
  description = "Names of the keys by workspace; those of no workspace are under \"-\"."
  value = {
    for key in data.egs_api_keys.all.api_keys :
    coalesce(key.workspace_name, "-") => "${key.name} (${key.role}, until ${key.valid_until})"...
  }
}
