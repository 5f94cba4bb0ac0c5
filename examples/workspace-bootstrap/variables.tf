variable "teams" {
  description = "The teams by name, which is their workspace's name, too. EGS takes username and email, the owner's, when it creates the workspace. roles are those that get a key: Owner, Editor, Viewer. An Owner key can do everything in EGS, not only in its workspace. With gpus, which may be empty, EGS requests GPUs for the workspace by itself (auto GPR): gpu_nodes nodes on each cluster, of the first kind in its inventory of which EGS knows all values, unless nodes says which, by cluster. With h2ogpte_username, a user of h2oGPTe, a team gets a key of that, and with gaia_permissions one of Search GAIA."
  type = map(object({
    clusters   = set(string)
    namespaces = set(string)
    username   = string
    email      = string
    roles      = optional(set(string), ["Editor", "Viewer"])

    gpus = optional(object({
      gpu_nodes             = optional(number, 1)
      exit_duration         = optional(string, "5m")
      enforce_idle_timeout  = optional(bool, true)
      idle_timeout_duration = optional(string, "2m")
      enable_eviction       = optional(bool, true)
      requeue_on_failure    = optional(bool, true)
      priority              = optional(number, 201)
      nodes = optional(map(object({
        instance_type  = string
        gpu_shape      = string
        memory_per_gpu = number
        gpus_per_node  = number
      })), {})
    }))

    h2ogpte_username = optional(string)
    gaia_permissions = optional(string)
  }))
  nullable = false

  # The validations after this one leave nulls out, so that a null is one error.
  validation {
    condition = alltrue([
      for team in var.teams : try(
        alltrue([for value in concat([team.username, team.email], tolist(team.clusters), tolist(team.namespaces)) : value != null]),
        false,
      )
    ])
    error_message = "Each team must have clusters, namespaces, username and email, and none of them may be or contain null."
  }

  validation {
    condition = alltrue([
      for name in concat(keys(var.teams), flatten([
        for team in var.teams : try([for namespace in team.namespaces : namespace if namespace != null], [])
      ])) : can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", name))
    ])
    error_message = "Names of teams and namespaces must be DNS labels: at most 63 lower-case letters, digits and hyphens, with no hyphen at the beginning or end."
  }

  validation {
    condition     = alltrue([for team in var.teams : try(length(team.clusters) > 0 && length(team.namespaces) > 0, true)])
    error_message = "Each team must have at least one cluster and one namespace."
  }

  validation {
    condition     = alltrue([for team in var.teams : try(length(setsubtract(team.roles, ["Owner", "Editor", "Viewer"])) == 0, true)])
    error_message = "Roles must be Owner, Editor or Viewer."
  }

  validation {
    condition = alltrue([
      for gpus in [for team in var.teams : team.gpus if try(team.gpus, null) != null] :
      floor(gpus.priority) == gpus.priority && alltrue([
        for number in concat([gpus.gpu_nodes], flatten([
          for node in gpus.nodes : [for number in try([node.memory_per_gpu, node.gpus_per_node], []) : number if number != null]
        ])) : number >= 1 && floor(number) == number
      ])
    ])
    error_message = "gpus must have whole numbers, and gpu_nodes, memory_per_gpu and gpus_per_node of at least 1."
  }

  validation {
    condition = alltrue(flatten([
      for gpus in [for team in var.teams : team.gpus if try(team.gpus, null) != null] : [
        for duration in [gpus.exit_duration, gpus.idle_timeout_duration] :
        can(regex("^[+]?(([0-9]+[.]?[0-9]*|[.][0-9]+)[hms])+$", duration)) && can(regex("[1-9]", duration))
      ]
    ]))
    error_message = "gpus must have positive durations such as 5m, 1.5h or 1h30m."
  }

  validation {
    condition = alltrue(flatten([
      for team in var.teams : [
        for node in try(values(team.gpus.nodes), []) :
        try(alltrue([for value in [node.instance_type, node.gpu_shape, node.memory_per_gpu, node.gpus_per_node] : value != null]), false)
      ]
    ]))
    error_message = "The nodes of each cluster must have instance_type, gpu_shape, memory_per_gpu and gpus_per_node, none of them null."
  }

  validation {
    condition     = alltrue([for team in var.teams : try(length(setsubtract(keys(team.gpus.nodes), team.clusters)) == 0, true)])
    error_message = "The keys of nodes must be clusters of the team."
  }

  validation {
    condition = alltrue([
      for equal in {
        for template in flatten([
          for name, team in var.teams : try([for cluster in team.clusters : "${name}-${cluster}" if cluster != null], [])
          if try(team.gpus, null) != null
        ]) : template => true...
      } : length(equal) == 1
    ])
    error_message = "GPR templates are named TEAM-CLUSTER, and two of these names are equal."
  }
}

variable "validity_period_days" {
  description = "How many days a key is valid."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.validity_period_days >= 1 && floor(var.validity_period_days) == var.validity_period_days
    error_message = "validity_period_days must be a whole number of days, at least 1."
  }
}

variable "early_renewal_days" {
  description = "How many days before its end an apply renews a key. Less than validity_period_days."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition = (
      var.early_renewal_days >= 0 && floor(var.early_renewal_days) == var.early_renewal_days &&
      var.early_renewal_days < var.validity_period_days
    )
    error_message = "early_renewal_days must be a whole number of days, and less than validity_period_days."
  }
}

variable "overlap_days" {
  description = "How many days the key before a renewal stays valid; at most early_renewal_days. Null for none: a renewal then deletes it first."
  type        = number
  default     = 7

  validation {
    condition = var.overlap_days == null ? true : (
      var.overlap_days >= 1 && floor(var.overlap_days) == var.overlap_days && var.overlap_days <= var.early_renewal_days
    )
    error_message = "overlap_days must be null or a whole number of days, from 1 to early_renewal_days."
  }
}

variable "delete_api_keys" {
  description = "Whether a workspace takes keys with it that others made in it. If not, such keys stop its destruction."
  type        = bool
  default     = false
  nullable    = false
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
