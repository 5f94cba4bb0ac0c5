# Moves existing resources into the module. Terraform changes only the state.

moved {
  from = egs_workspace.red
  to   = module.teams.egs_workspace.team["red"]
}

moved {
  from = egs_api_key.red_editor
  to   = module.teams.egs_api_key.team["red/Editor"]
}
