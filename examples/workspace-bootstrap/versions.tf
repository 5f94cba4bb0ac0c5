terraform {
  required_version = ">= 1.11"

  required_providers {
    egs = {
      source  = "elastic-gpu-service/egs"
      version = "~> 0.0" # Any version before 1.0, including builds from a clone.
    }
  }
}
