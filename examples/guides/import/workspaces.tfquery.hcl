list "egs_workspace" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000
}
