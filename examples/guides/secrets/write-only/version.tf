ephemeral "egs_api_key" "ci" {
  id = egs_api_key.ci.id
}

locals {
  # From 1 to 268,435,456. The kubernetes provider does not accept 0.
  ci_version = parseint(substr(egs_api_key.ci.id, 0, 7), 16) + 1
}
