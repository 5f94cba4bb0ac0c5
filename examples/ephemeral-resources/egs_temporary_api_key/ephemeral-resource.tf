# A key that only this run has: it is deleted when the run ends.
ephemeral "egs_temporary_api_key" "viewer" {
  name           = "inventory"
  role           = "Viewer"
  workspace_name = "red"
}

# Logs in with it, and so sees no more than it may.
provider "egs" {
  alias   = "viewer"
  api_key = ephemeral.egs_temporary_api_key.viewer.api_key
}

data "egs_api_keys" "red" {
  provider       = egs.viewer
  workspace_name = "red"
}

output "names" {
  value = data.egs_api_keys.red.api_keys[*].name
}
