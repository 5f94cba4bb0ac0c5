# h2oGPTe cannot activate a key again: changing active to true replaces the key.
resource "egs_h2ogpte_api_key" "retired" {
  username = "bob"
  name     = "retired"
  active   = false
}
