"""Customers of the shop: they browse, fill a cart and order. For locust, which requirements.txt beside this file pins:

    uv venv load
    uv pip install --python load/bin/python --require-hashes -r examples/load/requirements.txt
    load/bin/locust -f examples/load/locustfile.py --headless --users 20 --run-time 5m --host https://shop.example.com

Send load only to a stack of your own. The web ACL limits requests per address, so one machine is some customers only.
CATALOG_HOST, CART_HOST and CHECKOUT_HOST are addresses of single services, for a run without a load balancer; by
default all are the one of --host.
"""

import os
import random
import uuid
from typing import Any

from locust import HttpUser, between, events, task

HOSTS = {name: os.environ.get(f"{name.upper()}_HOST", "") for name in ("catalog", "cart", "checkout")}


class Customer(HttpUser):
    """Nine of ten requests are reads of products, as in a shop."""

    wait_time = between(0.2, 1)
    skus: list[str]

    def on_start(self) -> None:
        """What there is to buy."""
        found = self.client.get(f"{HOSTS['catalog']}/catalog", name="GET /catalog")
        self.skus = [product["sku"] for product in found.json()["products"]] if found.ok else ["mug-blue"]

    @task(20)
    def look(self) -> None:
        """Look at a product."""
        self.client.get(f"{HOSTS['catalog']}/catalog/{random.choice(self.skus)}", name="GET /catalog/*")  # noqa: S311

    @task(3)
    def browse(self) -> None:
        """Look at a page of products."""
        self.client.get(f"{HOSTS['catalog']}/catalog", name="GET /catalog")

    @task(1)
    def buy(self) -> None:
        """Begin a session, put two products into the cart, and order them."""
        begun = self.client.post(f"{HOSTS['cart']}/cart", name="POST /cart")
        if not begun.ok:
            return
        session = begun.json()["session"]
        chosen = random.sample(self.skus, min(2, len(self.skus)))
        items = [{"sku": sku, "quantity": random.randint(1, 3)} for sku in chosen]  # noqa: S311
        if not self.client.put(f"{HOSTS['cart']}/cart/{session}", json={"items": items}, name="PUT /cart/*").ok:
            return
        order = {"order_id": str(uuid.uuid4()), "customer_id": "load", "session": session}
        self.client.post(f"{HOSTS['checkout']}/checkout", json=order, name="POST /checkout")


@events.quitting.add_listener
def judge(environment: Any, **_: Any) -> None:
    """locust ends with 1 after any failed request; here with MAX_FAILURES (a share, 0.01 by default) allowed."""
    allowed = float(os.environ.get("MAX_FAILURES", "0.01"))
    environment.process_exit_code = 1 if environment.stats.total.fail_ratio > allowed else 0
