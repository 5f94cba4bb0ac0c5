# By the name of the workspace. EGS does not return username and email, so set them in the
# configuration.
terraform import egs_workspace.red red
