data "egs_api_keys" "all" {
  used_by_provider = false # Terraform must not manage the key that the provider logs in with.
}

output "imports" {
  value = join("", [for key in data.egs_api_keys.all.api_keys : <<-EOT
    import {
      to = egs_api_key.key_${join("_", regexall("[0-9A-Za-z]+", join("_", compact([key.name, key.workspace_name, substr(key.id, 0, 8)]))))}
      id = "${key.id}"
    }
  EOT
  ])
}
