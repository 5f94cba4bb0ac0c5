# Ready for use when the apply is done: no sleep is needed behind it.
resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1", "worker-2"]
  namespaces = ["red-training", "red-serving"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# A key of it. It goes before the workspace does, also where the workspace is replaced.
resource "egs_api_key" "deploy" {
  name                 = "deploy"
  role                 = "Editor"
  workspace_name       = egs_workspace.red.name
  validity_period_days = 90
  early_renewal_days   = 14

  lifecycle {
    replace_triggered_by = [egs_workspace.red.namespace_clusters]
  }
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
