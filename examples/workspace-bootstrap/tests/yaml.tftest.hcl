# The example of teams from a YAML file, as in mocks.tftest.hcl.

provider "egs" {
  endpoint = "https://egs.invalid"
  api_key  = "none"
}

override_resource {
  target = module.teams.egs_workspace.team
  values = { id = "created" } # The binding needs a name; OpenTofu generates values with capital letters.
}

override_resource {
  target = module.teams.egs_api_key.team
}

run "from_yaml" {
  command = plan # An apply would need an inventory, which mocks have none of.
  module {
    source = "./examples/yaml"
  }
  assert {
    condition     = keys(output.key_ids) == ["workspace-g/Editor", "workspace-h/Editor"]
    error_message = "The YAML file gives other keys than the vendor's script makes."
  }
  assert {
    condition     = join(" ", values(output.gpr_templates)) == "workspace-g-worker-1 workspace-h-worker-1 workspace-h-worker-2"
    error_message = "The YAML file gives other GPR templates than the vendor's script makes."
  }
}
