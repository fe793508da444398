"""Half of gRPC serves as well as all of it, and leaves nothing behind."""

import subprocess
import sys

from offline.engine.places import TREE

PROBE = """
import sys
from offline.aws import half
half.import_grpc()
assert "asyncio" not in sys.modules and "grpc.aio" not in sys.modules
import grpc
from concurrent.futures import ThreadPoolExecutor
from offline.aws.server import Aws, pb, pb_grpc
server = grpc.server(ThreadPoolExecutor(4))
pb_grpc.add_ResourceProviderServicer_to_server(Aws(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
stub = pb_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
known = stub.Check(pb.CheckRequest(urn="urn:pulumi:dev::p::aws:sqs/queue:Queue::q"))
assert "name" in known.inputs.fields, known
try:
    stub.Invoke(pb.InvokeRequest(tok="aws:no/such:function"))
except grpc.RpcError as refused:
    assert refused.code() == grpc.StatusCode.UNIMPLEMENTED
else:
    raise AssertionError
assert "asyncio" not in sys.modules, "nothing else wanted it"
import asyncio
assert asyncio.run(asyncio.sleep(0, 7)) == 7
"""


def test_a_plugin_serves_without_the_other_half() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=TREE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_where_the_other_half_is_there_nothing_is_done() -> None:
    code = "import asyncio, sys; from offline.aws import half; half.import_grpc(); assert 'grpc' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=TREE, check=True)
