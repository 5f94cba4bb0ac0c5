import {
  to = egs_gpr_template.a100
  id = "red-a100"
}
