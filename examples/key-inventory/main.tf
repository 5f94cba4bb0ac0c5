# Lists all keys by workspace, and warns about keys that expire soon. It changes nothing and
# stores no secrets in the state.
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
  description = "Number of days before the expiry of a key at which the check starts to report the key."
  type        = number
  default     = 30
}

data "egs_api_keys" "all" {}

locals {
  soon = timeadd(plantimestamp(), "${var.days * 24}h")

  expiring = [
    for key in data.egs_api_keys.all.api_keys : key
    if timecmp("${key.valid_until}T23:59:59Z", local.soon) < 0
  ]
}

check "no_key_expires_soon" {
  assert {
    condition = length(local.expiring) == 0
    error_message = join("\n", concat(
      ["These keys expire within ${var.days} days, or have expired:"],
      [for key in local.expiring : "- ${key.name} of ${coalesce(key.workspace_name, "no workspace")}, ${key.valid_until}, ${key.id}"],
    ))
  }
}

output "names_by_workspace" {
  description = "Names of the keys by workspace. The entry \"-\" has the keys without a workspace."
  value = {
    for key in data.egs_api_keys.all.api_keys :
    coalesce(key.workspace_name, "-") => "${key.name} (${key.role}, until ${key.valid_until})"...
  }
}
