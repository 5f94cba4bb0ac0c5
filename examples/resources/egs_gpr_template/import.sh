# By the template's name.
terraform import egs_gpr_template.a100 red-a100
