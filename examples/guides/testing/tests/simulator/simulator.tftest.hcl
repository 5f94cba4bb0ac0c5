# Creates and deletes a workspace and a key in the EGS that EGS_ENDPOINT and EGS_API_KEY
# select.

variables {
  team = "vision-test"
}

run "create" {
  assert {
    condition     = egs_api_key.team.id == md5(egs_api_key.team.api_key)
    error_message = "The id is not the MD5 hash of the secret."
  }
  assert {
    condition     = length(output.gpu_shapes) > 0
    error_message = "The workspace has no GPUs."
  }
}

run "second_apply" {
  assert {
    condition     = egs_api_key.team.previous == null
    error_message = "The second apply rotated the key."
  }
}
