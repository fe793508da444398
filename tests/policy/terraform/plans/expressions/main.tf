# Expressions whose values Terraform itself computes in the plan. tests/policy/terraform/test_expressions.py holds that they
# have the same values here, or are not known.

variable "services" {
  type = map(object({
    port  = number
    zones = optional(list(string), ["a", "b"])
    path  = optional(string)
  }))
  default = {
    web = { port = 80 }
    api = { port = 81, zones = ["c"], path = "/api" }
  }
}

variable "single" {
  default = true
}

variable "empty" {
  default = null
}

locals {
  zones  = ["us-west-2a", "us-west-2b", "us-west-2c"]
  nested = [["a", "b"], [], ["c"]]
  map    = { b = 2, a = 1, c = 3 }
}

module "inner" {
  source   = "./inner"
  for_each = var.services
  name     = each.key
  service  = each.value
}

module "counted" {
  source = "./inner"
  count  = 2
  name   = "n${count.index}"
}

output "chunklist" { value = chunklist(local.zones, 2) }
output "coalesce" { value = coalesce(var.empty, "", "x") }
output "coalescelist" { value = coalescelist([], ["a"]) }
output "compact" { value = compact(["a", "", "b"]) }
output "concat" { value = concat(["a"], ["b", "c"]) }
output "conditional" { value = var.single ? "one" : "many" }
output "contains" { value = contains(local.zones, "us-west-2b") }
output "distinct" { value = distinct(["a", "b", "a"]) }
output "element" { value = element(local.zones, 4) }
output "flatten" { value = flatten(local.nested) }
output "for_list" { value = [for i, z in local.zones : "${i}-${z}" if i > 0] }
output "for_map" { value = { for k, v in local.map : k => v * 2 if v != 2 } }
output "for_grouped" { value = { for k, v in local.map : (v > 1 ? "big" : "small") => k... } }
output "for_set" { value = [for k, v in toset(["x", "y"]) : "${k}${v}"] }
output "for_values" { value = [for v in local.map : v] }
output "format" { value = format("%s-%d", "a", 3) }
output "index" { value = index(local.zones, "us-west-2c") }
output "index_legacy" { value = local.zones.1 }
output "join" { value = join(",", local.zones) }
output "keys" { value = keys(local.map) }
output "length" { value = length(local.map) + length("four") }
output "logic" { value = !var.single || (length(local.zones) >= 3 && 7 % 4 == 3) }
output "lookup" { value = lookup(local.map, "z", 9) }
output "lower" { value = "${lower("ABC")}${upper("d")}" }
output "max" { value = max(1, 5, 3) - min(4, 2) }
output "merge" { value = merge(local.map, { a = 7 }, null) }
output "merge_expanded" { value = merge([local.map, { d = 4 }]...) }
output "negative" { value = -3 + 10 / 4 }
output "null" { value = var.empty == null ? "none" : "some" }
output "object" { value = { "two words" = 1, (local.zones[0]) = 2, plain = [true, false] } }
output "object_key" { value = [for k in ["q"] : { (k) = 1, k = 2 }] }
output "one" { value = one(slice(local.zones, 0, 1)) }
output "optional" { value = [for k, s in var.services : s.path == null ? join("", s.zones) : s.path] }
output "precedence" { value = 2 + 3 * 4 == 14 && !false }
output "range" { value = range(1, 4) }
output "replace" { value = replace("a-b-c", "-", "+") }
output "reverse" { value = reverse(local.zones) }
output "slice" { value = slice(local.zones, 1, 3) }
output "sort" { value = sort(["b", "a"]) }
output "splat_of_modules" { value = module.counted[*].name }
output "split" { value = split("/", "a/b/c")[1] }
output "template" { value = "x-${var.single}-${1 + 1}-$${kept}" }
output "tolist" { value = tolist(toset(["q", "q"])) }
output "tonumber" { value = tonumber("12") + 1 }
output "tostring" { value = tostring(12) }
output "try" { value = try(local.map.zz, local.zones[7], "last") }
output "try_in_list" { value = try([local.map.zz], ["empty"]) }
output "values" { value = values(local.map) }
output "values_of_modules" { value = values(module.inner)[*].zones }
output "zipmap" { value = zipmap(["a", "b"], [1, 2]) }
output "not_known_here" { value = cidrsubnet("10.0.0.0/16", 8, 2) }
output "not_known_inside" { value = [cidrhost("10.0.0.0/16", 1), "known"][1] }
