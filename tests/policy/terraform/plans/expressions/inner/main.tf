variable "name" {
  type = string
}

variable "service" {
  type = object({
    port  = number
    zones = optional(list(string), ["x"])
  })
  default = { port = 1 }
}

output "name" {
  value = "${var.name}:${var.service.port}"
}

output "zones" {
  value = try(var.service.zones, ["none"])
}
