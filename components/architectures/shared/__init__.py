"""Parts that the architectures share; each module creates one thing for the cells of any of them."""
