import {
  to = egs_workspace.red
  identity = {
    name = "red"
  }
}
