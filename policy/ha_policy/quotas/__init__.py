"""What a stack needs of AWS's service quotas, and AWS's default values."""
