terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

# The API key comes from the environment variable EGS_API_KEY.
provider "egs" {
  endpoint = "https://egs.example.com"
}

# The workspace must exist in EGS.
resource "egs_api_key" "deploy" {
  name           = "deploy"
  role           = "Editor"
  workspace_name = "red"
  valid_until    = "2027-12-31"
}
