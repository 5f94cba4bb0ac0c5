# Creates and deletes a workspace and a key in the EGS that EGS_ENDPOINT and EGS_API_KEY name.

variables {
  team = "vision-test"
}

run "create" {
  assert {
    condition     = egs_api_key.team.id == md5(egs_api_key.team.api_key)
    error_message = "The id is not the MD5 of the secret."
  }
  assert {
    condition     = length(output.gpu_shapes) > 0
    error_message = "The workspace has no GPUs."
  }
}

run "no_changes" {
  command = plan
  assert {
    condition     = output.key_id == run.create.key_id && !egs_api_key.team.ready_for_renewal
    error_message = "A second plan changes the key."
  }
}
