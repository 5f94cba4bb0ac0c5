terraform {
  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}

variable "us_api_key" {
  description = "Owner key of the installation in the US."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "eu_api_key" {
  description = "Owner key of the installation in the EU."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# The default configuration. Resources without a provider argument use it.
provider "egs" {
  endpoint = "https://egs.us.example.com"
  api_key  = var.us_api_key
}

provider "egs" {
  alias    = "eu"
  endpoint = "https://egs.eu.example.com"
  api_key  = var.eu_api_key
}

resource "egs_api_key" "reports_us" {
  name                 = "reports"
  role                 = "Owner"
  validity_period_days = 90
  early_renewal_days   = 14
}

resource "egs_api_key" "reports_eu" {
  provider = egs.eu

  name                 = "reports"
  role                 = "Owner"
  validity_period_days = 90
  early_renewal_days   = 14
}
