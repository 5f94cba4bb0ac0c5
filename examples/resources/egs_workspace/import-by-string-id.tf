import {
  to = egs_workspace.red
  id = "red"
}
