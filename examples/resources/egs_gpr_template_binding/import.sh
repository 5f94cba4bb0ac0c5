# By the name of the workspace, which is that of the binding.
terraform import egs_gpr_template_binding.red red

# If EGS lists the binding with another name: WORKSPACE/BINDING.
terraform import egs_gpr_template_binding.red red/binding-1
