"""The failure simulation: what each failure leaves of each entry point."""
