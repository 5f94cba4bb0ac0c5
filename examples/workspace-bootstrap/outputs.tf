output "key_ids" {
  description = "The keys' ids by team and role, such as \"red/Editor\". They are safe to show, and what the ephemeral egs_api_key takes."
  value       = { for name, key in local.keys : name => key.id }
}

output "more_key_ids" {
  description = "The ids of the keys of other services, such as \"red/h2oGPTe\" and \"red/GAIA\"."
  value       = { for name, key in local.more_keys : name => key.id }
}

output "gpr_templates" {
  description = "The names of the GPR templates by team and cluster, such as \"red/worker-1\"."
  value       = { for name, template in egs_gpr_template.team : name => template.name }
}

output "workspaces" {
  description = "The workspaces' clusters by namespace."
  value       = { for name, workspace in egs_workspace.team : name => { for namespace in workspace.namespaces : namespace => workspace.clusters } }
}
