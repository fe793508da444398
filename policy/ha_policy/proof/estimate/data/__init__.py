"""Published SLAs and default assumptions, as data with their sources."""
