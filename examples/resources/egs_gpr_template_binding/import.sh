# By the name of the workspace, if the binding has the same name.
terraform import egs_gpr_template_binding.red red

# By workspace and binding, if EGS lists the binding by another name.
terraform import egs_gpr_template_binding.red red/binding-1
