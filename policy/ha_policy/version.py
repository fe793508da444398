"""The version of the policy pack and of the `resilience` command."""

VERSION = "0.2.0"
