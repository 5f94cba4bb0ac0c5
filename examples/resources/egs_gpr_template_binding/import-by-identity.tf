import {
  to = egs_gpr_template_binding.red
  identity = {
    id = "red"
  }
}
