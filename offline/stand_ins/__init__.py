"""Stand-ins for a program's other providers, for machines that cannot download their plugins."""
