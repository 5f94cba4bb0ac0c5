import {
  to = egs_gpr_template.a100
  identity = {
    name = "red-a100"
  }
}
