mock_provider "egs" {
  mock_resource "egs_api_key" {
    defaults = {
      id = "030b514f342dcf5ac94f3f39726c247e"
    }
  }
}

override_resource {
  target = egs_workspace.team
  values = { id = "vision" }
}

variables {
  team = "vision"
}

run "key_of_the_workspace" {
  assert {
    condition     = egs_api_key.team.name == "vision-editor" && egs_api_key.team.workspace_name == "vision"
    error_message = "The name or the workspace of the key is wrong."
  }
  assert {
    condition     = output.key_id == "030b514f342dcf5ac94f3f39726c247e" && length(output.gpu_shapes) == 0
    error_message = "The outputs differ from the mocked values."
  }
}

run "other_roles" {
  command = plan
  variables {
    role = "Owner"
  }
  expect_failures = [var.role]
}
