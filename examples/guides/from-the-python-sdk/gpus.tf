data "egs_workspace_inventory" "red" {
  workspace_name = egs_workspace.red.id
  cluster_name   = "worker-1"
}

resource "egs_gpr_template" "red" {
  name                  = "red-worker-1"
  cluster_name          = "worker-1"
  instance_type         = data.egs_workspace_inventory.red.gpus[0].instance_type
  gpu_shape             = data.egs_workspace_inventory.red.gpus[0].gpu_shape
  memory_per_gpu        = data.egs_workspace_inventory.red.gpus[0].memory_per_gpu
  gpus_per_node         = data.egs_workspace_inventory.red.gpus[0].gpus_per_node
  gpu_nodes             = 1
  exit_duration         = "5m"
  priority              = 201
  idle_timeout_duration = "2m" # Omit it for no idle timeout.
  enable_eviction       = true
  requeue_on_failure    = true
}

resource "egs_gpr_template_binding" "red" {
  workspace_name  = egs_workspace.red.id
  enable_auto_gpr = true
  clusters = [{
    cluster_name          = "worker-1"
    default_template_name = egs_gpr_template.red.name
    template_names        = [egs_gpr_template.red.name]
  }]
}
