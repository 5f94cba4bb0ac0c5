ephemeral "egs_temporary_api_key" "viewer" {
  name           = "inventory"
  role           = "Viewer"
  workspace_name = "red"
}

provider "egs" {
  alias   = "viewer"
  api_key = ephemeral.egs_temporary_api_key.viewer.api_key
}
