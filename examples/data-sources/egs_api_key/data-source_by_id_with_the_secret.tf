variable "id" {
  description = "ID of a key, such as 030b514f342dcf5ac94f3f39726c247e."
  type        = string
}

data "egs_api_key" "by_id" {
  id              = var.id
  include_api_key = true
}

# terraform output -raw api_key
output "api_key" {
  value     = data.egs_api_key.by_id.api_key
  sensitive = true
}
