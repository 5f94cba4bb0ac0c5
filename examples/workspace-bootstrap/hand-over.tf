# Delivers new secrets with a command. They are not stored in the state or the plan.

# Terraform prints the output of a failed command, including secrets, so the module discards the output of these commands. Each
# command runs in a separate shell, so that set -e, traps, exit and syntax errors affect only the command.
locals {
  quietly = "/bin/sh -c \"$COMMAND\" >/dev/null 2>&1 || { echo \"The command ended with $?. Its output is not shown, since it may hold a secret.\" >&2; exit 1; }"
}

ephemeral "egs_api_key" "team" {
  for_each = var.hand_over == null ? {} : local.keys

  id = each.value.id
}

# Runs for new and renewed keys, but not for a renewed h2oGPTe key, which keeps its secret.
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

  # The id is known only after apply, so no plan fetches the kubeconfig of a workspace that does not exist.
  workspace_name = egs_workspace.team[each.value.workspace].id
  cluster_name   = each.value.cluster
}

# Runs for new and recreated workspaces.
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
