"""The engine's LanguageRuntime service (pulumi/language.proto) for Python."""

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import grpc

from offline import protocol
from offline.language import launchers
from offline.language.programs import (
    Children,
    NoInterpreterError,
    environ,
    installation,
    interpreter,
    packages,
    plugins,
)

language_pb2: Any = protocol.load("language_pb2")
language_pb2_grpc: Any = protocol.load("language_pb2_grpc")
plugin_pb2: Any = protocol.load("plugin_pb2")

SHOWN = 32  # exit code of the runner: the program's error has been shown to the user already


def _options(info: Any) -> dict[str, Any]:
    return dict(info.options.items()) if info.HasField("options") else {}


def _python(info: Any, context: Any) -> Path:
    try:
        return interpreter(info.root_directory, _options(info))
    except NoInterpreterError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise


class PythonHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs with the SDK's own runner, and policy packs with `python -m pulumi.policy`.

    engine: address of the engine; may come with Handshake. runner: pulumi-language-python-exec.
    """

    def __init__(self, engine: str, runner: Path) -> None:
        self.engine = engine
        self.runner = runner
        self.children = Children()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 (gRPC names its methods)
        self.engine = request.engine_address or self.engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        found = plugins(_python(request.info, context))
        launchers.install(found)
        needed = [
            plugin_pb2.PackageDependency(name=p.name, kind="resource", version=p.version, server=p.server)
            for p in found
        ]
        return language_pb2.GetRequiredPackagesResponse(packages=needed)

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802
        found = packages(_python(request.info, context))
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=name, version=release) for name, release in found]
        )

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.AboutResponse(
            executable=str(_python(request.info, context)), version=".".join(map(str, sys.version_info[:3]))
        )

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        root = request.info.root_directory
        try:
            commands = installation(root, _options(request.info))
        except NoInterpreterError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise
        for command in commands:
            child = self.children.start(command, cwd=root, env=environ(Path(command[0]), {}), piped=True)
            context.add_callback(lambda child=child: self.children.end(child))
            yield from _streams(child.stdout, child.stderr, language_pb2.InstallDependenciesResponse)
            if self.children.wait(child):
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{' '.join(command)} failed")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        from google.protobuf import empty_pb2

        self.children.stop()
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        info = request.info
        try:
            python = interpreter(info.root_directory, _options(info))
        except NoInterpreterError as error:
            return language_pb2.RunResponse(error=str(error))
        entry = "" if info.entry_point in ("", ".") else info.entry_point
        args = {
            "engine": self.engine, "monitor": request.monitor_address,
            "project": request.project, "stack": request.stack,
            "root_directory": info.root_directory, "pwd": request.pwd, "dry_run": str(bool(request.dryRun)).lower(),
            "parallel": str(request.parallel), "organization": request.organization,
        }  # fmt: skip
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        flags = [text for name, value in args.items() if value for text in (f"--{name}", value)]
        program = [str(Path(info.program_directory, entry)), *request.args]
        try:
            child = self.children.start(
                [str(python), "-u", str(self.runner), *flags, *program],
                cwd=request.pwd or info.program_directory,
                env=environ(python, config),
                piped=False,  # what the program prints goes to the engine on our own stdout and stderr
            )
        except InterruptedError:
            return language_pb2.RunResponse(bail=True)
        context.add_callback(lambda: self.children.end(child))
        code = self.children.wait(child)
        if code in (0, SHOWN):
            return language_pb2.RunResponse(bail=code == SHOWN)
        if code < 0:
            return language_pb2.RunResponse(error=f"the program was ended by signal {-code}")
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        info = request.info
        python = _python(info, context)
        if request.kind == "analyzer":
            args = [str(python), "-u", "-m", "pulumi.policy", *request.args, info.program_directory]
            cwd = info.program_directory
        else:
            args, cwd = [str(python), "-u", info.program_directory, *request.args], request.pwd
        extra = dict(pair.split("=", 1) for pair in request.env if "=" in pair)
        try:
            child = self.children.start(args, cwd=cwd, env=environ(python, extra), piped=True)
        except InterruptedError:
            context.abort(grpc.StatusCode.CANCELLED, "cancelled")
            raise
        context.add_callback(lambda: self.children.end(child))
        yield from _streams(child.stdout, child.stderr, language_pb2.RunPluginResponse)
        yield language_pb2.RunPluginResponse(exitcode=self.children.wait(child))


def _streams(stdout: IO[bytes] | None, stderr: IO[bytes] | None, response: Any) -> Iterator[Any]:
    """The lines of both streams as they arrive, until both are closed."""
    said: queue.Queue[Any] = queue.Queue()

    def pump(stream: IO[bytes] | None, answer: Callable[[bytes], Any]) -> None:
        for line in stream or ():
            said.put(answer(line))
        said.put(None)

    def out(line: bytes) -> Any:
        return response(stdout=line)

    def err(line: bytes) -> Any:
        return response(stderr=line)

    for stream, answer in ((stdout, out), (stderr, err)):
        threading.Thread(target=pump, args=(stream, answer), daemon=True).start()
    for _ in range(2):
        yield from iter(said.get, None)
