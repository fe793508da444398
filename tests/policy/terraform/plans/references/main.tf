# Every way in which a configuration refers to several instances of a resource. tests/policy/terraform/test_references.py
# says what each of them selects.

variable "region" {
  default = "us-west-2"
}

variable "single" {
  default = true
}

provider "aws" {
  region                      = var.region
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

locals {
  zones    = ["us-west-2a", "us-west-2b", "us-west-2c"]
  by_local = concat(slice(aws_subnet.public[*].id, 0, 1), [aws_subnet.private["us-west-2b"].id])
  services = {
    one = { zone = "us-west-2a", port = 80 }
    two = { zone = "us-west-2c", port = 81 }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "public" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = local.zones[count.index]
}

resource "aws_subnet" "private" {
  for_each          = toset(local.zones)
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 10 + index(local.zones, each.key))
  availability_zone = each.key
}

resource "aws_eip" "nat" {
  count = 3
}

resource "aws_nat_gateway" "by_count" {
  count         = 3
  subnet_id     = aws_subnet.public[count.index].id
  allocation_id = aws_eip.nat[count.index].id
}

resource "aws_instance" "by_element" {
  count         = 4
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = element(aws_subnet.public[*].id, count.index)
}

resource "aws_instance" "by_key" {
  for_each      = aws_subnet.private
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = each.value.id
}

resource "aws_instance" "by_attribute" {
  for_each      = local.services
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.private[each.value.zone].id
}

resource "aws_route_table" "by_condition" {
  count  = 3
  vpc_id = aws_vpc.main.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.by_count[var.single ? 0 : count.index].id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "by_count" {
  count          = 3
  subnet_id      = values(aws_subnet.private)[count.index].id
  route_table_id = aws_route_table.by_condition[count.index].id
}

resource "aws_lb" "by_list" {
  subnets = [aws_subnet.public[0].id, aws_subnet.public[1].id]
}

resource "aws_lb" "by_splat" {
  subnets = aws_subnet.public[*].id
}

resource "aws_lb" "by_slice" {
  subnets = slice(aws_subnet.public[*].id, 0, 2)
}

resource "aws_lb" "by_condition" {
  subnets = var.single ? [aws_subnet.public[2].id] : aws_subnet.public[*].id
}

resource "aws_lb" "by_filter" {
  subnets = [for zone, subnet in aws_subnet.private : subnet.id if zone != "us-west-2c"]
}

resource "aws_lb" "by_local" {
  subnets = local.by_local
}

resource "aws_lb" "by_mapping" {
  subnet_mapping {
    subnet_id = aws_subnet.public[0].id
  }
  subnet_mapping {
    subnet_id = aws_subnet.public[1].id
  }
}

resource "aws_lb" "by_dynamic" {
  dynamic "subnet_mapping" {
    for_each = slice(aws_subnet.public, 1, 3)
    content {
      subnet_id = subnet_mapping.value.id
    }
  }
}

resource "aws_lb" "by_output" {
  subnets = module.service["b"].subnets
}

resource "aws_lb" "by_element_of_output" {
  subnets = [module.service["a"].subnets[1], module.service["a"].subnets[0]]
}

module "service" {
  source   = "./service"
  for_each = { a = aws_subnet.public[*].id, b = [for s in aws_subnet.private : s.id] }
  subnets  = each.value
  vpc      = aws_vpc.main.id
}

# What the same expressions select of an attribute that the plan knows: Terraform's own answer.

output "by_splat" {
  value = aws_subnet.public[*].availability_zone
}

output "by_slice" {
  value = slice(aws_subnet.public[*].availability_zone, 0, 2)
}

output "by_filter" {
  value = [for zone, subnet in aws_subnet.private : subnet.cidr_block if zone != "us-west-2c"]
}

output "by_element" {
  value = [for i in range(4) : element(aws_subnet.public[*].cidr_block, i)]
}

output "by_value" {
  value = values(aws_subnet.private)[*].availability_zone
}

output "by_key" {
  value = { for name, service in local.services : name => aws_subnet.private[service.zone].cidr_block }
}

output "by_index" {
  value = [aws_subnet.public[var.single ? 2 : 0].availability_zone, aws_subnet.public.1.availability_zone]
}

output "by_legacy_splat" {
  value = aws_subnet.public.*.cidr_block
}

output "by_try" {
  value = try(aws_subnet.public[7].availability_zone, aws_subnet.private["none"].id, aws_vpc.main.cidr_block)
}

output "by_lone_splat" {
  value = one(aws_vpc.main[*].cidr_block)
}

output "by_block" {
  value = aws_route_table.by_condition[1].route[*].cidr_block
}

output "by_module" {
  value = { for key, module in module.service : key => module.size }
}
