import {
  for_each = toset(["red", "green"])
  to       = module.teams.egs_workspace.team[each.key]
  id       = each.key
}

import {
  for_each = toset(["red/worker-1", "red/worker-2", "green/worker-1"])
  to       = module.teams.egs_gpr_template.team[each.key]
  id       = replace(each.key, "/", "-")
}

import {
  for_each = toset(["red", "green"])
  to       = module.teams.egs_gpr_template_binding.team[each.key]
  id       = each.key
}
