"""What the architectures have in common: each module stands up one thing on the cells of any of them."""
