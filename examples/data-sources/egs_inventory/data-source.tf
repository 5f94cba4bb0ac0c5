# Nodes with A100 GPUs that EGS manages.
data "egs_inventory" "a100" {
  gpu_shape = "A100"
  managed   = true
}

output "free_gpus" {
  value = sum(concat([0], [for node in data.egs_inventory.a100.nodes : node.available_gpus if node.available_gpus != null]))
}

output "gprs" {
  value = [for node in data.egs_inventory.a100.nodes : { node = node.name, gprs = node.allocations[*].gpr_name }]
}
