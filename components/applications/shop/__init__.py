"""The shop's services: catalog, cart, checkout, and the schema of its database."""
