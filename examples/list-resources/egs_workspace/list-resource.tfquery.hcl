# All workspaces that the provider's credentials may see. EGS shows neither username nor email:
# fill them in where the configuration is generated.
list "egs_workspace" "all" {
  provider         = egs
  include_resource = true
  limit            = 1000 # Terraform stops at 100 otherwise
}
