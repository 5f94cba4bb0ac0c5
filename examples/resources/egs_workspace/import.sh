# By the workspace's name. Username and email come from the configuration: EGS does not show them.
terraform import egs_workspace.red red
