# GPUs for teams that ask for them, as the vendor's create_workspace_with_auto_gpr.py makes: for each cluster a template
# of GPU requests, and for each workspace a binding with which EGS makes the requests by itself.

locals {
  gpus = {
    for name, of in local.clusters : name => merge(of, var.teams[of.workspace].gpus) if var.teams[of.workspace].gpus != null
  }

  # An inventory without GPUs is an error by the postcondition, except in a destroy, which only warns and evaluates this.
  nodes = {
    for name, of in local.gpus : name => merge(
      { instance_type = "none", gpu_shape = "none", memory_per_gpu = 1, gpus_per_node = 1 },
      try(data.egs_workspace_inventory.team[name].gpus[0], {}),
      of.nodes,
    )
  }
}

# The id is known only after the workspace is created: the inventory is read after that.
data "egs_workspace_inventory" "team" {
  for_each = { for name, of in local.gpus : name => of if of.nodes == null }

  workspace_name = egs_workspace.team[each.value.workspace].id
  cluster_name   = each.value.cluster

  lifecycle {
    postcondition {
      condition     = length(self.gpus) > 0
      error_message = "${each.value.workspace} has no GPUs on ${each.value.cluster}, says the inventory. Set nodes in its gpus, or remove them."
    }
  }
}

resource "egs_gpr_template" "team" {
  for_each = local.gpus

  name                  = "${each.value.workspace}-${each.value.cluster}"
  cluster_name          = each.value.cluster
  instance_type         = local.nodes[each.key].instance_type
  gpu_shape             = local.nodes[each.key].gpu_shape
  memory_per_gpu        = local.nodes[each.key].memory_per_gpu
  gpus_per_node         = local.nodes[each.key].gpus_per_node
  gpu_nodes             = each.value.gpu_nodes
  exit_duration         = each.value.exit_duration
  idle_timeout_duration = each.value.idle_timeout_duration
  priority              = each.value.priority
  enable_eviction       = true
  requeue_on_failure    = true
}

resource "egs_gpr_template_binding" "team" {
  for_each = { for team, settings in var.teams : team => settings.clusters if settings.gpus != null }

  workspace_name  = egs_workspace.team[each.key].id
  enable_auto_gpr = true
  clusters = [
    for cluster in each.value : {
      cluster_name          = cluster
      default_template_name = egs_gpr_template.team["${each.key}/${cluster}"].name
      template_names        = [egs_gpr_template.team["${each.key}/${cluster}"].name]
    }
  ]
}
