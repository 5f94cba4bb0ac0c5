# Run these tests with terraform test. They need neither EGS nor credentials: the provider validates the configuration and sends no
# requests. The module cannot use mock_provider, which does not support the ephemeral resources in hand-over.tf (Terraform 1.16).

provider "egs" {
  endpoint = "https://egs.invalid"
  api_key  = "none"
}

override_resource {
  target = egs_workspace.team
  values = { id = "created" } # The binding requires a lower-case name; OpenTofu generates capital letters.
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

override_resource {
  target = egs_gpr_template.team
}

override_resource {
  target = egs_gpr_template_binding.team
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
      gpus = {
        gpu_nodes     = 4
        exit_duration = "1h"
        priority      = 100
        nodes = {
          worker-2 = { instance_type = "p5.48xlarge", gpu_shape = "H200", memory_per_gpu = 141, gpus_per_node = 8 }
        }
      }
    }
  }
}

run "teams" {
  assert {
    condition     = keys(output.key_ids) == ["green/Owner", "red/Editor", "red/Viewer"]
    error_message = "The keys of a team do not match its roles."
  }
  assert {
    condition     = keys(output.more_key_ids) == ["blue/GAIA", "blue/h2oGPTe"]
    error_message = "The h2oGPTe and Search GAIA keys do not match the settings of the teams."
  }
  assert {
    condition     = keys(output.workspaces) == ["blue", "green", "red"] && egs_workspace.team["red"].email == "rosa@example.com"
    error_message = "A team has no workspace, or a workspace with another owner."
  }
  assert {
    condition = alltrue([
      for key in egs_api_key.team : key.validity_period_days == 90 && key.early_renewal_days == 14 && key.overlap_days == 7 && !key.store_api_key
    ])
    error_message = "The periods of a key differ from the defaults, or its secret is in the state."
  }
  assert {
    condition     = egs_api_key.team["red/Editor"].name == "red-editor" && egs_api_key.team["red/Editor"].username == "rosa"
    error_message = "The name or user of a key is wrong."
  }
}

run "gpus" {
  assert {
    condition     = output.gpr_templates == { "blue/worker-2" = "blue-worker-2" }
    error_message = "The GPR templates do not match the settings of the teams."
  }
  assert {
    condition = { for name, value in egs_gpr_template.team["blue/worker-2"] : name => value if name != "id" } == {
      name                  = "blue-worker-2"
      cluster_name          = "worker-2"
      instance_type         = "p5.48xlarge"
      gpu_shape             = "H200"
      memory_per_gpu        = 141
      gpus_per_node         = 8
      gpu_nodes             = 4
      exit_duration         = "1h"
      idle_timeout_duration = "2m"
      priority              = 100
      enable_eviction       = true
      requeue_on_failure    = true
    }
    error_message = "The values of a template differ from the settings of the team."
  }
  assert {
    condition = jsonencode(egs_gpr_template_binding.team["blue"].clusters) == jsonencode([
      { cluster_name = "worker-2", default_template_name = "blue-worker-2", template_names = ["blue-worker-2"] }
    ]) && egs_gpr_template_binding.team["blue"].enable_auto_gpr
    error_message = "The templates of the binding are wrong, or auto GPR is off."
  }
}

# The inventory is not read in the plan, because the workspace does not exist.
run "gpus_of_the_inventory" {
  command = plan
  variables {
    teams = { new = { clusters = ["worker-1"], namespaces = ["new"], username = "rosa", email = "rosa@example.com", gpus = {} } }
  }
  assert {
    condition     = output.gpr_templates == { "new/worker-1" = "new-worker-1" }
    error_message = "The name of a template differs from that of the vendor's script."
  }
  assert {
    condition = (
      egs_gpr_template.team["new/worker-1"].gpu_nodes == 1 && egs_gpr_template.team["new/worker-1"].priority == 201 &&
      egs_gpr_template.team["new/worker-1"].exit_duration == "5m" && egs_gpr_template.team["new/worker-1"].idle_timeout_duration == "2m" &&
      egs_gpr_template.team["new/worker-1"].enable_eviction && egs_gpr_template.team["new/worker-1"].requeue_on_failure
    )
    error_message = "The defaults of gpus differ from the values of the vendor's script."
  }
}

run "gpus_with_all_switched_off" {
  command = plan
  variables {
    teams = {
      new = {
        clusters   = ["worker-1"]
        namespaces = ["new"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { enforce_idle_timeout = false, enable_eviction = false, requeue_on_failure = false }
      }
    }
  }
  assert {
    condition = (
      egs_gpr_template.team["new/worker-1"].idle_timeout_duration == null && !egs_gpr_template.team["new/worker-1"].enable_eviction &&
      !egs_gpr_template.team["new/worker-1"].requeue_on_failure
    )
    error_message = "Idle timeout, eviction or requeueing is on."
  }
}

# The module accepts all values that a template accepts.
run "gpus_of_any_name_and_duration" {
  command = plan
  variables {
    teams = {
      new = {
        clusters   = ["worker-1"]
        namespaces = ["new"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus = {
          exit_duration         = "1.5h"
          idle_timeout_duration = "+.5h1.m30s"
          nodes                 = { worker-1 = { instance_type = "none", gpu_shape = "none", memory_per_gpu = 1, gpus_per_node = 1 } }
        }
      }
    }
  }
  assert {
    condition = (
      egs_gpr_template.team["new/worker-1"].instance_type == "none" && egs_gpr_template.team["new/worker-1"].exit_duration == "1.5h"
    )
    error_message = "The values of a template differ from the settings of the team."
  }
}

run "no_gpus_in_the_inventory" {
  variables {
    teams = { new = { clusters = ["worker-1"], namespaces = ["new"], username = "rosa", email = "rosa@example.com", gpus = {} } }
  }
  override_data {
    target = data.egs_workspace_inventory.team
  }
  expect_failures = [egs_gpr_template.team]
}

run "no_overlap" {
  command = plan
  variables {
    overlap_days = null
  }
  assert {
    condition     = egs_api_key.team["red/Editor"].overlap_days == null
    error_message = "overlap_days = null does not disable the overlap."
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

run "no_team" {
  command = plan
  variables {
    teams = { red = null }
  }
  expect_failures = [var.teams]
}

run "null_for_clusters" {
  command = plan
  variables {
    teams = { red = { clusters = null, namespaces = ["red"], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "null_in_clusters" {
  command = plan
  variables {
    teams = { red = { clusters = [null], namespaces = ["red"], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "null_for_namespaces" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = null, username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "null_in_namespaces" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = [null], username = "rosa", email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "null_for_username" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = ["red"], username = null, email = "rosa@example.com" } }
  }
  expect_failures = [var.teams]
}

run "null_for_email" {
  command = plan
  variables {
    teams = { red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = null } }
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

run "half_a_node" {
  command = plan
  variables {
    teams = {
      red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = "rosa@example.com", gpus = { gpu_nodes = 0.5 } }
    }
  }
  expect_failures = [var.teams]
}

run "a_duration_without_a_unit" {
  command = plan
  variables {
    teams = {
      red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = "rosa@example.com", gpus = { exit_duration = "5" } }
    }
  }
  expect_failures = [var.teams]
}

run "no_duration" {
  command = plan
  variables {
    teams = {
      red = { clusters = ["worker-1"], namespaces = ["red"], username = "rosa", email = "rosa@example.com", gpus = { idle_timeout_duration = "0h00m" } }
    }
  }
  expect_failures = [var.teams]
}

run "nodes_of_another_cluster" {
  command = plan
  variables {
    teams = {
      red = {
        clusters   = ["worker-1"]
        namespaces = ["red"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { nodes = { worker-2 = { instance_type = "p5.48xlarge", gpu_shape = "H200", memory_per_gpu = 141, gpus_per_node = 8 } } }
      }
    }
  }
  expect_failures = [var.teams]
}

run "half_a_gb" {
  command = plan
  variables {
    teams = {
      red = {
        clusters   = ["worker-1"]
        namespaces = ["red"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { nodes = { worker-1 = { instance_type = "p5.48xlarge", gpu_shape = "H200", memory_per_gpu = 1.5, gpus_per_node = 8 } } }
      }
    }
  }
  expect_failures = [var.teams]
}

run "no_gpus_per_node" {
  command = plan
  variables {
    teams = {
      red = {
        clusters   = ["worker-1"]
        namespaces = ["red"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { nodes = { worker-1 = { instance_type = "p5.48xlarge", gpu_shape = "H200", memory_per_gpu = 141, gpus_per_node = 0 } } }
      }
    }
  }
  expect_failures = [var.teams]
}

run "null_in_nodes" {
  command = plan
  variables {
    teams = {
      red = {
        clusters   = ["worker-1"]
        namespaces = ["red"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { nodes = { worker-1 = { instance_type = null, gpu_shape = "H200", memory_per_gpu = 141, gpus_per_node = 8 } } }
      }
    }
  }
  expect_failures = [var.teams]
}

run "null_for_nodes" {
  command = plan
  variables {
    teams = {
      red = {
        clusters   = ["worker-1"]
        namespaces = ["red"]
        username   = "rosa"
        email      = "rosa@example.com"
        gpus       = { nodes = { worker-1 = null } }
      }
    }
  }
  expect_failures = [var.teams]
}

run "two_templates_of_one_name" {
  command = plan
  variables {
    teams = {
      red   = { clusters = ["a-b"], namespaces = ["red"], username = "rosa", email = "rosa@example.com", gpus = {} }
      red-a = { clusters = ["b"], namespaces = ["red-a"], username = "rosa", email = "rosa@example.com", gpus = {} }
    }
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
