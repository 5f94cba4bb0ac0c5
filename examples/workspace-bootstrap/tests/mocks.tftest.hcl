# terraform test: without EGS and without credentials. The provider validates the configuration and sends no request. It is not a
# mock_provider, since those have no ephemeral resources (Terraform 1.16), which hand-over.tf needs.

provider "egs" {
  endpoint = "https://egs.invalid"
  api_key  = "none"
}

override_resource {
  target = egs_workspace.team
}

override_resource {
  target = egs_api_key.team
}

override_resource {
  target = egs_h2ogpte_api_key.team
}

override_resource {
  target = egs_gaia_api_key.team
}

variables {
  teams = {
    red = {
      clusters   = ["worker-1", "worker-2"]
      namespaces = ["red-training", "red-serving"]
      username   = "rosa"
      email      = "rosa@example.com"
    }
    green = {
      clusters   = ["worker-1"]
      namespaces = ["green"]
      username   = "gus"
      email      = "gus@example.com"
      roles      = ["Owner"]
    }
    blue = {
      clusters         = ["worker-2"]
      namespaces       = ["blue"]
      username         = "bea"
      email            = "bea@example.com"
      roles            = []
      h2ogpte_username = "bea"
      gaia_permissions = "read"
    }
  }
}

run "teams" {
  assert {
    condition     = keys(output.key_ids) == ["green/Owner", "red/Editor", "red/Viewer"]
    error_message = "A team has other keys than those of its roles, which are Editor and Viewer by default."
  }
  assert {
    condition     = keys(output.more_key_ids) == ["blue/GAIA", "blue/h2oGPTe"]
    error_message = "A team has other keys of h2oGPTe and Search GAIA than it asks for."
  }
  assert {
    condition     = keys(output.workspaces) == ["blue", "green", "red"] && egs_workspace.team["red"].email == "rosa@example.com"
    error_message = "A team has no workspace, or one for somebody else."
  }
  assert {
    condition = alltrue([
      for key in egs_api_key.team : key.validity_period_days == 90 && key.early_renewal_days == 14 && key.overlap_days == 7 && !key.store_api_key
    ])
    error_message = "A key has other periods than the defaults, or its secret is in the state."
  }
  assert {
    condition     = egs_api_key.team["red/Editor"].name == "red-editor" && egs_api_key.team["red/Editor"].user_name == "rosa"
    error_message = "A key has another name or user."
  }
}

run "no_overlap" {
  command = plan
  variables {
    overlap_days = null
  }
  assert {
    condition     = egs_api_key.team["red/Editor"].overlap_days == null
    error_message = "overlap_days = null does not turn the overlap off."
  }
}

run "names_that_are_no_labels" {
  command = plan
  variables {
    teams = { Red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "namespaces_that_are_no_labels" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = ["red_"], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "no_clusters" {
  command = plan
  variables {
    teams = { red = { clusters = [], namespaces = ["red"], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "unknown_role" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = "rosa@example.com", roles = ["editor"] } }
  }
  expect_failures = [var.teams]
}

run "renewal_after_the_end" {
  command = plan
  variables {
    validity_period_days = 10
  }
  expect_failures = [var.early_renewal_days]
}

run "half_a_day" {
  command = plan
  variables {
    validity_period_days = 90.5
  }
  expect_failures = [var.validity_period_days]
}

run "overlap_after_the_end" {
  command = plan
  variables {
    overlap_days = 15
  }
  expect_failures = [var.overlap_days]
}
