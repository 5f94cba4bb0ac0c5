# By the name of the workspace, if the binding has the same name.
terraform import egs_gpr_template_binding.red red

# By the names of the workspace and the binding, if they differ.
terraform import egs_gpr_template_binding.red red/binding-1
