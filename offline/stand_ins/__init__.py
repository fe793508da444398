"""Stand-ins for the providers that programs use beside AWS, where the real plugin cannot be had: offline."""
