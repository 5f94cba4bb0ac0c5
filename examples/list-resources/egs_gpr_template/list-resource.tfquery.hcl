list "egs_gpr_template" "on_worker_1" {
  provider         = egs
  include_resource = true # Include all attributes in the result.
  limit            = 1000 # Defaults to 100.

  # Only the templates of one cluster.
  config {
    cluster_name = "worker-1"
  }
}
