# The provider deletes the key at the end of the run.
ephemeral "egs_temporary_api_key" "viewer" {
  name           = "inventory"
  role           = "Viewer"
  workspace_name = "red"
}

# This provider configuration has the permissions of a Viewer of the workspace.
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
