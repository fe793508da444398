"""A language host for Python programs and policy packs, for engines that come without one."""
