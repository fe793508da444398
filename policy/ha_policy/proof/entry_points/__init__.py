"""Entry points: where requests and events arrive, and where each leads."""
