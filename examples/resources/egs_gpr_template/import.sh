# By the name of the template.
terraform import egs_gpr_template.a100 red-a100
