# By the key's id, which terraform query and the data source egs_api_keys list:
terraform import egs_api_key.example 030b514f342dcf5ac94f3f39726c247e

# By workspace and id, where the provider's credentials may list one workspace only:
terraform import egs_api_key.example red/030b514f342dcf5ac94f3f39726c247e
