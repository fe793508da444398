"""Real servers for the tests of the sample applications: MariaDB, PostgreSQL, Valkey, and AWS by moto.

Each listens on the loopback only, has data of its own in a temporary folder, and ends with the test that started it.
"""
