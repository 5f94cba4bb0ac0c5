output "key_ids" {
  description = "IDs of the keys by team and role, such as \"red/Editor\", for the ephemeral resource egs_api_key. They are safe to show."
  value       = { for name, key in local.keys : name => key.id }
}

output "more_key_ids" {
  description = "IDs of the keys of other services, such as \"red/h2oGPTe\" and \"red/GAIA\"."
  value       = { for name, key in local.more_keys : name => key.id }
}

output "gpr_templates" {
  description = "Names of the GPR templates by team and cluster, such as \"red/worker-1\"."
  value       = { for name, template in egs_gpr_template.team : name => template.name }
}

output "workspaces" {
  description = "Clusters by workspace and namespace."
  value       = { for name, workspace in egs_workspace.team : name => { for namespace in workspace.namespaces : namespace => workspace.clusters } }
}
