# Requests one node with two A100 GPUs for at most one hour.
resource "egs_gpr_template" "a100" {
  name                  = "red-a100"
  cluster_name          = "worker-1"
  gpu_shape             = "A100"
  instance_type         = "a2-highgpu-2g"
  memory_per_gpu        = 40 # GB
  gpus_per_node         = 2
  gpu_nodes             = 1
  exit_duration         = "1h"
  idle_timeout_duration = "10m"
  priority              = 100
  requeue_on_failure    = true

  # If the name changes, the binding is updated before this template is deleted.
  lifecycle {
    create_before_destroy = true
  }
}
