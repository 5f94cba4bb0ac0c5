import {
  provider = egs.eu
  to       = egs_api_key.legacy_eu
  id       = "030b514f342dcf5ac94f3f39726c247e"
}
