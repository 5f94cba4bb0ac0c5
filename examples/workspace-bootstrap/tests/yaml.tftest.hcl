# The example of teams from a YAML file, as in mocks.tftest.hcl.

provider "egs" {
  endpoint = "https://egs.invalid"
  api_key  = "none"
}

override_resource {
  target = module.teams.egs_workspace.team
}

override_resource {
  target = module.teams.egs_api_key.team
}

run "from_yaml" {
  module {
    source = "./examples/yaml"
  }
  assert {
    condition     = keys(output.key_ids) == ["workspace-g/Editor", "workspace-h/Editor"]
    error_message = "The YAML file gives other keys than the vendor's script makes."
  }
}
