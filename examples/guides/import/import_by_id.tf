import {
  to = egs_api_key.deploy
  id = "030b514f342dcf5ac94f3f39726c247e"
}
