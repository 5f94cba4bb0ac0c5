# Tests the example that reads teams from a YAML file, without EGS and credentials, like mocks.tftest.hcl.

provider "egs" {
  endpoint = "https://egs.invalid"
  api_key  = "none"
}

override_resource {
  target = module.teams.egs_workspace.team
  values = { id = "created" } # The binding requires a lower-case name; OpenTofu generates capital letters.
}

override_resource {
  target = module.teams.egs_api_key.team
}

run "from_yaml" {
  command = plan # An apply would read an inventory.
  module {
    source = "./examples/yaml"
  }
  assert {
    condition     = keys(output.key_ids) == ["workspace-g/Editor", "workspace-h/Editor"]
    error_message = "The keys differ from those of the vendor's script."
  }
  assert {
    condition     = join(" ", values(output.gpr_templates)) == "workspace-g-worker-1 workspace-h-worker-1 workspace-h-worker-2"
    error_message = "The GPR templates differ from those of the vendor's script."
  }
}
