import {
  to = egs_h2ogpte_api_key.example
  id = "7c0f7a0e-2f4b-4a53-9f0e-3a1d2b6c8d90"
}
