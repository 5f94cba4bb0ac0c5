# All templates.
data "egs_gpr_templates" "all" {}

# The templates of a cluster.
data "egs_gpr_templates" "on_worker_1" {
  cluster_name = "worker-1"
}

output "priorities" {
  value = { for template in data.egs_gpr_templates.all.gpr_templates : template.name => template.priority }
}
