variable "teams" {
  description = "Teams by name. The name of a team is also the name of its workspace. username and email describe the owner; EGS uses them only when it creates the workspace. roles lists the roles that get a key: Owner, Editor, Viewer. An Owner key can manage all of EGS. With gpus, which may be empty, EGS requests GPUs for the workspace automatically (auto GPR): gpu_nodes nodes on each cluster. nodes sets the node type by cluster; it defaults to the first complete node type in the inventory. h2ogpte_username adds a key of this h2oGPTe user. gaia_permissions adds a Search GAIA key."
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

  # The validations below skip null values, so that a null value causes only one error.
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
    error_message = "Numbers in gpus must be whole numbers, and gpu_nodes, memory_per_gpu and gpus_per_node must be at least 1."
  }

  validation {
    condition = alltrue(flatten([
      for gpus in [for team in var.teams : team.gpus if try(team.gpus, null) != null] : [
        for duration in [gpus.exit_duration, gpus.idle_timeout_duration] :
        can(regex("^[+]?(([0-9]+[.]?[0-9]*|[.][0-9]+)[hms])+$", duration)) && can(regex("[1-9]", duration))
      ]
    ]))
    error_message = "Durations in gpus must be positive, such as 5m, 1.5h or 1h30m."
  }

  validation {
    condition = alltrue(flatten([
      for team in var.teams : [
        for node in try(values(team.gpus.nodes), []) :
        try(alltrue([for value in [node.instance_type, node.gpu_shape, node.memory_per_gpu, node.gpus_per_node] : value != null]), false)
      ]
    ]))
    error_message = "Each entry of nodes must have instance_type, gpu_shape, memory_per_gpu and gpus_per_node, and none of them may be null."
  }

  validation {
    condition     = alltrue([for team in var.teams : try(length(setsubtract(keys(team.gpus.nodes), team.clusters)) == 0, true)])
    error_message = "nodes must contain only clusters of the team."
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
    error_message = "GPR templates are named TEAM-CLUSTER, and two templates would have the same name."
  }
}

variable "validity_period_days" {
  description = "Number of days that a key is valid."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.validity_period_days >= 1 && floor(var.validity_period_days) == var.validity_period_days
    error_message = "validity_period_days must be a whole number of days, at least 1."
  }
}

variable "early_renewal_days" {
  description = "Number of days before the expiry of a key at which an apply renews the key. Must be less than validity_period_days."
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
  description = "Number of days that the previous key stays valid after a renewal. At most early_renewal_days. If null, a renewal deletes the previous key first."
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
  description = "Whether deleting a workspace also deletes its keys that this module does not manage. If false, such keys stop the deletion."
  type        = bool
  default     = false
  nullable    = false
}

variable "hand_over" {
  description = "Command that delivers a new key to the team. Its environment contains WORKSPACE, ROLE, KEY_ID and the secret API_KEY. Its output is discarded. Instead of a command, prefer write-only arguments: leave this null, and read the secrets with the ephemeral resource egs_api_key and the output key_ids."
  type        = string
  default     = null
}

variable "hand_over_kubeconfig" {
  description = "Command that delivers a kubeconfig. Its environment contains WORKSPACE, CLUSTER and the secret KUBECONFIG_YAML. Its output is discarded."
  type        = string
  default     = null
}
