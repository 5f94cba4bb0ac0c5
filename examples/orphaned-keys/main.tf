# Finds keys that exist in EGS but that this configuration does not manage, for example after
# an interrupted apply.
#
# Every plan warns about these keys and shows their IDs. See "Orphaned keys" in the
# troubleshooting guide.

terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

variable "workspace_name" {
  description = "Workspace whose keys this configuration manages."
  type        = string
  default     = "red"
}

resource "egs_api_key" "managed" {
  for_each             = toset(["Editor", "Viewer"])
  name                 = "${var.workspace_name}-${lower(each.key)}"
  role                 = each.key
  workspace_name       = var.workspace_name
  validity_period_days = 90
  early_renewal_days   = 14
  overlap_days         = 7
}

locals {
  managed_ids = flatten([for key in egs_api_key.managed : [key.id, key.previous[*].id]])
}

# Keep the data source outside the check: Terraform reads a nested data source in every apply,
# so every plan would have changes (exit code 2 of plan -detailed-exitcode).
data "egs_api_keys" "all" {
  workspace_name = var.workspace_name
  # Read the data source after the run has created keys.
  depends_on = [egs_api_key.managed]
}

check "no_orphaned_keys" {
  assert {
    condition = length(setsubtract(data.egs_api_keys.all.api_keys[*].id, local.managed_ids)) == 0
    error_message = format(
      "Keys of workspace %s that Terraform does not manage: %s",
      var.workspace_name,
      join(", ", [
        for key in data.egs_api_keys.all.api_keys : format("%s (%s)", key.id, key.name)
        if !contains(local.managed_ids, key.id)
      ]),
    )
  }
}
