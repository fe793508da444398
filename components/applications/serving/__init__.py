"""What the sample applications have in common: the HTTP server, problem documents, data stores, traces."""
