"""Entry points: where requests and events come in, and what each leads to."""
