variable "subnets" {
  type = list(string)
}

variable "vpc" {
  type = string
}

resource "aws_security_group" "this" {
  vpc_id = var.vpc
}

resource "aws_ecs_service" "this" {
  name = "service"
  network_configuration {
    subnets         = var.subnets
    security_groups = [aws_security_group.this.id]
  }
}

resource "aws_instance" "first" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = var.subnets[0]
}

output "subnets" {
  value = slice(var.subnets, 0, 2)
}

output "size" {
  value = length(var.subnets)
}
