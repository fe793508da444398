"""Set-up of virtual environment, engine, language host and plugins, with the standard library only."""
