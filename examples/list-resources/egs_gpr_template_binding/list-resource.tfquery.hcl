list "egs_gpr_template_binding" "on_worker_1" {
  provider         = egs
  include_resource = true # Include all attributes in the result.
  limit            = 1000 # Defaults to 100.

  # Only the bindings with templates of one cluster.
  config {
    cluster_name = "worker-1"
  }
}
