# By the key's id, which terraform query and the data source egs_h2ogpte_api_keys list. The secret stays null:
# h2oGPTe tells it only when a key is created.
terraform import egs_h2ogpte_api_key.example 7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90
