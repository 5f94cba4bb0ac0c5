# Deleting the workspace also deletes its keys that Terraform does not manage.
resource "egs_workspace" "playground" {
  name            = "playground"
  clusters        = ["worker-1"]
  namespaces      = ["playground"]
  username        = "platform-team"
  email           = "platform@example.com"
  delete_api_keys = true
}
