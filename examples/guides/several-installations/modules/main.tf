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

provider "egs" {
  alias    = "us"
  endpoint = "https://egs.us.example.com"
  api_key  = var.us_api_key
}

provider "egs" {
  alias    = "eu"
  endpoint = "https://egs.eu.example.com"
  api_key  = var.eu_api_key
}

module "vision_us" {
  source    = "./team"
  providers = { egs = egs.us }

  name     = "vision"
  clusters = ["worker-1"]
}

module "vision_eu" {
  source    = "./team"
  providers = { egs = egs.eu }

  name     = "vision"
  clusters = ["worker-1", "worker-2"]
}
