"""Highly available AWS architectures in Pulumi: `architectures` are whole ones, `tiers` their parts for any program.

A tier takes an arguments class, `tags`, where its alarms go (`Alarming`), and names its Availability Zones.
"""

from components.alarms import Alarming

__all__ = ["Alarming"]
