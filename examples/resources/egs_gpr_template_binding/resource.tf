resource "egs_workspace" "red" {
  name       = "red"
  clusters   = ["worker-1"]
  namespaces = ["red-training"]
  username   = "rosa"
  email      = "rosa@example.com"
}

# Names of templates are unique in EGS. The page of egs_gpr_template explains
# create_before_destroy.
resource "egs_gpr_template" "red" {
  for_each = { small = 1, large = 4 }

  name           = "red-${each.key}"
  cluster_name   = "worker-1"
  gpu_shape      = "A100"
  instance_type  = "a2-highgpu-2g"
  memory_per_gpu = 40
  gpus_per_node  = 2
  gpu_nodes      = each.value
  exit_duration  = "1h"
  priority       = 100

  lifecycle {
    create_before_destroy = true
  }
}

# EGS requests GPUs for the workspace automatically, with the small template.
resource "egs_gpr_template_binding" "red" {
  workspace_name  = egs_workspace.red.id
  enable_auto_gpr = true

  clusters = [{
    cluster_name          = "worker-1"
    default_template_name = egs_gpr_template.red["small"].name
    template_names        = [for template in egs_gpr_template.red : template.name]
  }]
}
