# Configures GPUs like the vendor's create_workspace_with_auto_gpr.py: a GPR template for each cluster, and a binding for each
# workspace. EGS then requests GPUs automatically.

locals {
  gpus = {
    for name, of in local.clusters : name => merge(of, var.teams[of.workspace].gpus) if var.teams[of.workspace].gpus != null
  }

  # The node types in each inventory. missing lists the values that a template requires but that are null or 0 in EGS.
  kinds = {
    for name, inventory in data.egs_workspace_inventory.team : name => [
      for kind in inventory.gpus : merge(kind, {
        missing = [for value in ["instance_type", "gpu_shape", "memory_per_gpu", "gpus_per_node"] : value if !can(regex("[^0]", kind[value]))]
      })
    ]
  }

  # The node types that each template can use: the configured node type, or all complete node types in the inventory.
  nodes = {
    for name, of in local.gpus : name => try(
      [of.nodes[of.cluster]], [for kind in local.kinds[name] : kind if length(kind.missing) == 0]
    )
  }

  # The first usable node type for each template. If there is none, the precondition of the template fails. A destroy only warns
  # about the precondition and still evaluates the template, so a placeholder comes last.
  node = {
    for name, nodes in local.nodes : name => concat(
      nodes, [{ instance_type = "none", gpu_shape = "none", memory_per_gpu = 1, gpus_per_node = 1 }]
    )[0]
  }
}

# The id is known only after apply, so Terraform first creates the workspace and then reads the inventory.
data "egs_workspace_inventory" "team" {
  for_each = { for name, of in local.gpus : name => of if !contains(keys(of.nodes), of.cluster) }

  workspace_name = egs_workspace.team[each.value.workspace].id
  cluster_name   = each.value.cluster
}

resource "egs_gpr_template" "team" {
  for_each = local.gpus

  name                  = "${each.value.workspace}-${each.value.cluster}"
  cluster_name          = each.value.cluster
  instance_type         = local.node[each.key].instance_type
  gpu_shape             = local.node[each.key].gpu_shape
  memory_per_gpu        = local.node[each.key].memory_per_gpu
  gpus_per_node         = local.node[each.key].gpus_per_node
  gpu_nodes             = each.value.gpu_nodes
  exit_duration         = each.value.exit_duration
  idle_timeout_duration = each.value.enforce_idle_timeout ? each.value.idle_timeout_duration : null
  priority              = each.value.priority
  enable_eviction       = each.value.enable_eviction
  requeue_on_failure    = each.value.requeue_on_failure

  lifecycle {
    precondition {
      condition = length(local.nodes[each.key]) > 0
      error_message = format(
        "Values are missing in the inventory of workspace %s on cluster %s: %s. Set nodes[\"%s\"] in the gpus of the team, with instance_type, gpu_shape, memory_per_gpu and gpus_per_node, or remove gpus.",
        each.value.workspace, each.value.cluster,
        try(length(local.kinds[each.key]), 0) == 0 ? "EGS lists no nodes with GPUs" : join("; ", [
          for kind in local.kinds[each.key] :
          "${join(" and ", kind.missing)} of ${try(coalesce(kind.instance_type, kind.gpu_shape), "some")} nodes"
        ]),
        each.value.cluster,
      )
    }
  }
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
