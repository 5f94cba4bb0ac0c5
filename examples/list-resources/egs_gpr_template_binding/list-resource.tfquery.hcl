# The bindings that have templates for a cluster.
list "egs_gpr_template_binding" "on_worker_1" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise

  config {
    cluster_name = "worker-1"
  }
}
