# A template that this configuration does not manage.
data "egs_gpr_template" "a100" {
  name = "red-a100"
}

output "gpus" {
  value = data.egs_gpr_template.a100.gpu_nodes * data.egs_gpr_template.a100.gpus_per_node
}
