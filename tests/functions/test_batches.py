"""Functions that read a queue in batches return what they have no time for, before Lambda cuts them off: a message that
was received with a batch that timed out is on its way to the dead-letter queue, whether it was tried or not."""

import ast
from pathlib import Path

from tests.support.some import some

FUNCTIONS = Path(__file__).parents[2] / "components" / "functions"


def handlers() -> dict[str, ast.Module]:
    """The functions whose messages are SQS records, by folder."""
    found = {path.parent.name: path.read_text() for path in FUNCTIONS.glob("*/handler.py")}
    return {name: ast.parse(text) for name, text in found.items() if "import SQSRecord" in text}


def asks_for_time(function: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "get_remaining_time_in_millis" for n in ast.walk(function))


def test_every_function_that_reads_a_queue_looks_at_the_time_before_each_message() -> None:
    assert {"order_worker", "settlement", "transcode", "transcode_status"} <= set(handlers())
    for name, module in some(handlers().items()):
        functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
        reading = [f for f in functions if any("SQSRecord" in ast.unparse(a) for a in f.args.args)]
        assert any(asks_for_time(function) for function in reading), name
