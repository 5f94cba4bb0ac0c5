terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source = "elastic-gpu-service/egs"
    }
  }
}
