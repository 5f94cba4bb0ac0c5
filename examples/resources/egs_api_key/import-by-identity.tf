import {
  to = egs_api_key.example
  identity = {
    id = "030b514f342dcf5ac94f3f39726c247e"
  }
}
