variable "teams" {
  description = "The teams by name, which is their workspace's name, too. With h2ogpte_username, a user of h2oGPTe, a team gets a key of that, and with gaia_permissions one of Search GAIA."
  type = map(object({
    clusters   = set(string)
    namespaces = set(string)
    username   = string
    email      = string

    h2ogpte_username = optional(string)
    gaia_permissions = optional(string)
  }))
}

variable "validity_period_days" {
  description = "How many days a key is valid."
  type        = number
  default     = 90
}

variable "early_renewal_days" {
  description = "How many days before its end an apply renews a key."
  type        = number
  default     = 14
}

variable "overlap_days" {
  description = "How many days the key before a renewal stays valid; at most early_renewal_days. Null for none: a renewal then deletes it first."
  type        = number
  default     = 7
}

variable "delete_api_keys" {
  description = "Whether a workspace takes keys with it that others made in it. If not, such keys stop its destruction."
  type        = bool
  default     = false
}

variable "hand_over" {
  description = "Command that puts a new key where the team finds it. It gets WORKSPACE, ROLE, KEY_ID and the secret API_KEY in its environment, and its output is dropped. Null if write-only arguments take the secrets, by the output key_ids, which is better."
  type        = string
  default     = null
}

variable "hand_over_kubeconfig" {
  description = "The same for kubeconfigs, with WORKSPACE, CLUSTER and the secret KUBECONFIG_YAML."
  type        = string
  default     = null
}
