# Ready for use when the apply is done: no sleep is needed behind it.
resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1", "worker-2"]
  namespaces = ["red-training", "red-serving"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# A key of it: created after the workspace, deleted before it, and replaced with it.
resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = egs_workspace.red.id
  validity_period_days = 90
  early_renewal_days   = 14
}

# Takes keys with it that others made in it.
resource "egs_workspace" "playground" {
  name            = "playground"
  clusters        = ["worker-1"]
  namespaces      = ["playground"]
  username        = "platform-team"
  email           = "platform@example.com"
  delete_api_keys = true
}
