# A shop in two Regions, with the same mistakes as tests/policy/terraform/twins.py, its twin for Pulumi.

provider "aws" {
  alias                       = "east"
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "west"
  region                      = "us-west-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

module "east" {
  source    = "./cell"
  providers = { aws = aws.east }

  zones     = ["us-east-1a", "us-east-1b"]
  block     = "10.0"
  nat_zones = ["us-east-1a"] # mistake: one NAT gateway for both zones
  servers   = 2
  multi_az  = false # mistake
}

module "west" {
  source    = "./cell"
  providers = { aws = aws.west }

  zones     = ["us-west-2a", "us-west-2a"] # mistake: both subnets in one zone
  block     = "10.1"
  nat_zones = ["us-west-2a", "us-west-2a"]
  servers   = 1 # mistake
  multi_az  = true
}

resource "aws_route53_zone" "shop" {
  provider = aws.east
  name     = "shop.example"
}

resource "aws_route53_health_check" "east" {
  provider          = aws.east
  fqdn              = module.east.host
  type              = "HTTPS"
  port              = 443
  resource_path     = "/health"
  failure_threshold = 3
  request_interval  = 10
}

resource "aws_route53_record" "east" {
  provider        = aws.east
  zone_id         = aws_route53_zone.shop.zone_id
  name            = "www.shop.example"
  type            = "A"
  set_identifier  = "east"
  health_check_id = aws_route53_health_check.east.id

  failover_routing_policy {
    type = "PRIMARY"
  }

  alias {
    name                   = module.east.host
    zone_id                = module.east.hosted_zone
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "west" {
  provider       = aws.east
  zone_id        = aws_route53_zone.shop.zone_id
  name           = "www.shop.example"
  type           = "A"
  set_identifier = "west"

  failover_routing_policy {
    type = "SECONDARY"
  }

  alias {
    name                   = module.west.host
    zone_id                = module.west.hosted_zone
    evaluate_target_health = true
  }
}
