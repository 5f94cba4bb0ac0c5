# terraform init -test-directory=tests/simulator
# terraform test -test-directory=tests/simulator
#
# Creates three workspaces with keys and GPUs in the EGS of EGS_ENDPOINT and EGS_API_KEY, such as the simulator, and deletes
# them.

variables {
  teams = {
    bootstrap-test = {
      clusters   = ["worker-1", "worker-2"]
      namespaces = ["bootstrap-test"]
      username   = "rosa"
      email      = "rosa@example.com"
      gpus       = {}
    }
  }
}

run "create" {
  assert {
    condition     = length(output.workspaces["bootstrap-test"]["bootstrap-test"]) == 2
    error_message = "The namespace is not on both clusters."
  }
  assert {
    condition     = keys(output.key_ids) == ["bootstrap-test/Editor", "bootstrap-test/Viewer"]
    error_message = "The keys of the team are wrong."
  }
  assert {
    condition     = length(egs_gpr_template_binding.team["bootstrap-test"].template_status) == 2
    error_message = "A cluster has no template."
  }
}

run "another_role" {
  variables {
    teams = {
      bootstrap-test = {
        clusters   = ["worker-1", "worker-2"]
        namespaces = ["bootstrap-test"]
        username   = "rosa"
        email      = "rosa@example.com"
        roles      = ["Editor", "Viewer", "Owner"]
        gpus       = { priority = 100, enforce_idle_timeout = false }
      }
    }
  }
  assert {
    condition     = egs_api_key.team["bootstrap-test/Owner"].workspace_name == "bootstrap-test" && length(output.key_ids) == 3
    error_message = "The added role has no key."
  }
  assert {
    condition     = [for template in egs_gpr_template.team : template.priority] == [100, 100]
    error_message = "The priority is wrong."
  }
  assert {
    condition     = alltrue([for template in egs_gpr_template.team : template.idle_timeout_duration == null])
    error_message = "The idle timeout is on."
  }
}

run "from_yaml" {
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
