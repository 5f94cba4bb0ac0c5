import {
  to = egs_gpr_template_binding.red
  id = "red"
}
