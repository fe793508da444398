"""Set-up: virtual environment, engine, language host, plugins. Standard library only: it runs on a bare machine."""
