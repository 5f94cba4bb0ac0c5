# By name. Names may repeat, so that the workspace is often needed, too.
data "egs_api_key" "by_name" {
  name           = "deploy"
  workspace_name = "red"
}

variable "id" {
  description = "Id of a key, such as 030b514f342dcf5ac94f3f39726c247e."
  type        = string
}

# By id, with the secret.
data "egs_api_key" "by_id" {
  id              = var.id
  include_api_key = true
}

output "valid_until" {
  value = data.egs_api_key.by_name.valid_until
}

# terraform output -raw api_key
output "api_key" {
  value     = data.egs_api_key.by_id.api_key
  sensitive = true
}
