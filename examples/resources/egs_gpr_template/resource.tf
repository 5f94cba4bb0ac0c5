# A request for one node with two A100, for an hour at most.
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

  # A template of another name is created, bound, and only then takes the place of this one.
  lifecycle {
    create_before_destroy = true
  }
}
