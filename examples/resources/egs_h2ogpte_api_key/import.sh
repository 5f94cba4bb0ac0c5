# By the key's id. terraform query and the data source egs_h2ogpte_api_keys list the ids.
# secret_key is null after the import, because h2oGPTe returns a secret only once.
terraform import egs_h2ogpte_api_key.example 7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90
