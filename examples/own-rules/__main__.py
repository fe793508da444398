"""A policy pack with all rules of `ha_policy`, and those of `acme_rules`."""

import acme_rules  # registers its rules
from ha_policy.kit import serve

assert acme_rules
serve("acme-high-availability")
