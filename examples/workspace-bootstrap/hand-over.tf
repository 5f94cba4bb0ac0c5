# Hands secrets on as they are made. They are in no state and no plan.

# Terraform prints the output of a command that fails, and hides secrets in it only while commands succeed. So the output
# of these commands is dropped. A shell of its own runs each: set -e, traps, exit and syntax errors work as they do alone.
locals {
  quietly = "/bin/sh -c \"$COMMAND\" >/dev/null 2>&1 || { echo \"The command ended with $?. Its output is not shown, since it may hold a secret.\" >&2; exit 1; }"
}

ephemeral "egs_api_key" "team" {
  for_each = var.hand_over == null ? {} : local.keys

  id = each.value.id
}

# Runs for new and renewed keys. That of h2oGPTe is renewed in place: it keeps its secret.
resource "terraform_data" "api_key" {
  for_each = var.hand_over == null ? {} : merge(local.keys, local.more_keys)

  triggers_replace = each.value.id

  provisioner "local-exec" {
    command = local.quietly
    environment = {
      COMMAND   = var.hand_over
      WORKSPACE = each.value.workspace
      ROLE      = each.value.role
      KEY_ID    = each.value.id
      API_KEY = (contains(keys(local.keys), each.key) ?
        ephemeral.egs_api_key.team[each.key].api_key :
        local.more_secrets[each.key]
      )
    }
  }
}

ephemeral "egs_workspace_kubeconfig" "team" {
  for_each = var.hand_over_kubeconfig == null ? {} : local.clusters

  # Known only after the workspace is created, so no plan requests a kubeconfig too early.
  workspace_name = egs_workspace.team[each.value.workspace].id
  cluster_name   = each.value.cluster
}

# Runs for new workspaces, and for those that are created again: their id is unknown then.
resource "terraform_data" "kubeconfig" {
  for_each = var.hand_over_kubeconfig == null ? {} : local.clusters

  triggers_replace = egs_workspace.team[each.value.workspace].id

  provisioner "local-exec" {
    command = local.quietly
    environment = {
      COMMAND         = var.hand_over_kubeconfig
      WORKSPACE       = each.value.workspace
      CLUSTER         = each.value.cluster
      KUBECONFIG_YAML = ephemeral.egs_workspace_kubeconfig.team[each.key].kubeconfig
    }
  }
}
