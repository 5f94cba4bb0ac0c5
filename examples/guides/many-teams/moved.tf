# Resources that were written by hand become those of the module. EGS is not changed.

moved {
  from = egs_workspace.red
  to   = module.teams.egs_workspace.team["red"]
}

moved {
  from = egs_api_key.red_editor
  to   = module.teams.egs_api_key.team["red/Editor"]
}
