"""The e-commerce architecture: a shop's platform."""

from components.architectures.base import Architecture
from components.settings import Settings


class Ecommerce(Architecture):
    """Storefront over one Region or two. Children: a cell per Region, with its network and web tier."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("Ecommerce", settings)
        self.register_outputs(self.outputs)
