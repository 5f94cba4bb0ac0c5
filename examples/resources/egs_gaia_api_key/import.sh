# By the key's id. terraform query and the data source egs_gaia_api_keys list the ids.
terraform import egs_gaia_api_key.example 1d3d803fca95554fa9a939cfc6d1be4cb5f16d96b53ba24eb2884cf7146dfbcc
