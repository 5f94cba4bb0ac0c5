# Hands secrets on as they are made. They are in no state and no plan.

ephemeral "egs_api_key" "team" {
  for_each = var.hand_over == null ? {} : local.keys

  id = each.value.id
}

# Runs for new and renewed keys.
resource "terraform_data" "api_key" {
  for_each = var.hand_over == null ? {} : local.keys

  triggers_replace = each.value.id

  provisioner "local-exec" {
    command = var.hand_over
    environment = {
      WORKSPACE = each.value.workspace
      ROLE      = each.value.role
      KEY_ID    = each.value.id
      API_KEY   = ephemeral.egs_api_key.team[each.key].api_key
    }
  }
}

ephemeral "egs_workspace_kubeconfig" "team" {
  for_each = var.hand_over_kubeconfig == null ? {} : local.clusters

  # Not known before the workspace is there, so no plan asks too early.
  workspace_name = egs_workspace.team[each.value.workspace].id
  cluster_name   = each.value.cluster
}

# Runs for new workspaces, and again with each new Editor key.
resource "terraform_data" "kubeconfig" {
  for_each = var.hand_over_kubeconfig == null ? {} : local.clusters

  triggers_replace = egs_api_key.editor[each.value.workspace].id

  provisioner "local-exec" {
    command = var.hand_over_kubeconfig
    environment = {
      WORKSPACE       = each.value.workspace
      CLUSTER         = each.value.cluster
      KUBECONFIG_YAML = ephemeral.egs_workspace_kubeconfig.team[each.key].kubeconfig
    }
  }
}
