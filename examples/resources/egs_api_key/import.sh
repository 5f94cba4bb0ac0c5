# By the key's id. terraform query and the data source egs_api_keys list the ids.
terraform import egs_api_key.example 030b514f342dcf5ac94f3f39726c247e

# By workspace and id, if the provider's credentials can list the keys of one workspace only.
terraform import egs_api_key.example red/030b514f342dcf5ac94f3f39726c247e
