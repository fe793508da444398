"""The command line of `resilience`. It imports nothing of the pack, so that `--help` answers at once."""

from __future__ import annotations

import argparse
from typing import Any, Final

from ha_policy import __version__

FORMATS: Final = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
STATUS: Final = "exit status: 0 decided and good; 1 decided and bad; 2 the input cannot be used, or nothing was decided"
EXAMPLES: Final = {
    "": f"""examples:
  pulumi preview --json --show-sames | resilience check -
  resilience report preview.json
  resilience COMMAND --help shows the options and examples of a command

{STATUS}""",
    "report": """examples:
  pulumi preview --json --show-sames | resilience report -
  pulumi stack export --show-secrets | resilience report - --out reports --name production
  resilience report app.json network.json data.json --strict""",
    "quotas": """examples:
  resilience quotas build/report/production.json
  resilience quotas state.json --all""",
    "diff": """examples:
  resilience diff main.json pull-request.json > comment.md
  resilience diff build/report/before.json preview.json --fail-on-worse""",
    "lose": """examples:
  resilience lose state.json us-west-2a
  resilience lose state.json us-west-2a orders-db""",
    "explain": """examples:
  resilience explain nat-own-az
  resilience explain lb-distinct-az web --stack preview.json""",
    "assumptions": """examples:
  resilience assumptions > mine.json
  resilience assumptions --schema""",
    "check": f"""examples:
  pulumi preview --json --show-sames > preview.json; resilience check preview.json
  resilience check app.json network.json data.json --format text --format sarif=ha.sarif --format junit=ha.xml
  resilience check preview.json --base base.json --fail-on mandatory --fail-on worse
  resilience check preview.json --baseline ha-baseline.json --targets targets.json
  terraform show -json tfplan > plan.json; resilience check plan.json

{STATUS}""",
    "baseline": """examples:
  resilience baseline preview.json --owner team-shop --until 2027-06-30 > ha-baseline.json
  resilience baseline preview.json --former ha-baseline.json > new.json && mv new.json ha-baseline.json""",
    "hub-policy": """examples:
  resilience hub-policy preview.json > policy.json
  resilience hub-policy --targets targets.json --name shop --tier MissionCritical > policy.json
  aws resiliencehub create-resiliency-policy --cli-input-json file://policy.json""",
    "schema": """examples:
  resilience schema policy-config > ha-config.schema.json
  resilience schema check""",
    "pack": """examples:
  pulumi preview --policy-pack "$(resilience pack)\"""",
    "completion": """examples:
  resilience completion bash > ~/.local/share/bash-completion/completions/resilience
  resilience completion zsh > ~/.zfunc/_resilience        # with fpath+=~/.zfunc before compinit
  resilience completion fish > ~/.config/fish/completions/resilience.fish""",
}
"""What `--help` of a command ends with; the empty name is the command line itself."""
SCHEMAS: Final = ("policy-config", "targets", "check")
TIERS: Final = ("MissionCritical", "Critical", "Important", "CoreServices", "NonCritical", "NotApplicable")
"""Of AWS Resilience Hub's policies."""
SHELLS: Final = ("bash", "zsh", "fish")


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; `command` is the name of the command."""
    made = argparse.ArgumentParser(
        prog="resilience",
        description="Say what the loss of a zone, a Region or a component does to an AWS stack of Pulumi or Terraform.",
        epilog=EXAMPLES[""],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"resilience {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    one = _command(commands, "report", help="write the availability report of a stack as HTML, JSON and Markdown")
    _add_files(one)
    one.add_argument("--out", default="build/report", metavar="DIR", help="where to write (default: build/report)")
    one.add_argument("--name", default="", help="name of the files (default: the stack's)")
    _add_judgement(one)
    one.add_argument("--pairs", action="store_true", help="list the pairs of failures that are fatal only together")
    one.add_argument(
        "--strict",
        action="store_true",
        help="exit 1 when the loss of one zone brings an entry point down, 2 when that cannot be told",
    )
    one.set_defaults(command="report")
    six = _command(commands, "quotas", help="list what a stack needs of service quotas, and how to request it")
    six.add_argument("file", help="a report's JSON, a preview or a state; - for standard input")
    six.add_argument("--all", action="store_true", help="also list what is within AWS's defaults")
    _add_judgement(six)
    six.set_defaults(command="quotas")
    two = _command(commands, "diff", help="say what a change does to availability")
    two.add_argument("old", help="a report's JSON, a preview or a state")
    two.add_argument("new", help="a report's JSON, a preview or a state")
    two.add_argument("--json", action="store_true", help="as JSON instead of Markdown")
    two.add_argument("--fail-on-worse", action="store_true", help="exit 1 when a verdict gets worse")
    _add_judgement(two)
    two.set_defaults(command="diff")
    three = _command(commands, "lose", help="lose several things at once")
    three.add_argument("file", help="a preview or a state; - for standard input")
    three.add_argument("what", nargs="+", help="zones, Regions, names of resources")
    _add_judgement(three)
    three.set_defaults(command="lose")
    five = _command(commands, "explain", help="say why a rule exists, and what it found about a resource")
    five.add_argument(
        "rule", nargs="?", default="", help="the name in brackets, such as lb-distinct-az (default: list all)"
    )
    five.add_argument("resource", nargs="?", default="", help="name or URN: its verdict, or how to exempt it")
    five.add_argument("--stack", default="", metavar="FILE", help="the preview or state that has the resource")
    _add_judgement(five)
    five.set_defaults(command="explain")
    _add_gate(commands)
    four = _command(commands, "assumptions", help="print the default assumptions")
    four.add_argument("--schema", action="store_true", help="print their JSON schema instead")
    four.set_defaults(command="assumptions")
    seven = _command(commands, "pack", help="print the folder for `pulumi preview --policy-pack`")
    seven.set_defaults(command="pack")
    nine = _command(commands, "hub-policy", help="print the targets as a resiliency policy of AWS Resilience Hub")
    nine.add_argument("file", nargs="*", help="previews or states of stacks that state targets")
    nine.add_argument("--targets", default="", metavar="FILE", help="JSON with the targets, instead of the stacks'")
    nine.add_argument("--name", default="", help="name of the policy (default: the stacks')")
    nine.add_argument("--tier", choices=TIERS, default="Critical", help="default: Critical")
    nine.add_argument(
        "--policy-config", default="", metavar="FILE", help="the file that the pack gets by --policy-pack-config"
    )
    _add_source(nine)
    nine.set_defaults(command="hub-policy")
    eight = _command(commands, "schema", help="print the JSON schema of a file, for editors and programs")
    eight.add_argument("of", choices=SCHEMAS, help="the file for --policy-config, --targets; the output of check")
    eight.set_defaults(command="schema")
    seven = _command(commands, "completion", help="print the completion of this command line for a shell")
    seven.add_argument("shell", choices=SHELLS)
    seven.set_defaults(command="completion")
    return made


def _command(commands: Any, name: str, *, help: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=EXAMPLES[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made


def _add_judgement(parser: argparse.ArgumentParser) -> None:
    """The options that decide how a stack is judged, the same for every command."""
    parser.add_argument("--assumptions", default="", metavar="FILE", help="JSON with the assumptions to replace")
    parser.add_argument(
        "--policy-config", default="", metavar="FILE", help="the file that the pack gets by --policy-pack-config"
    )
    parser.add_argument(
        "--only", default="", metavar="STACK", help="judge only this stack; the others are there to be referred to"
    )
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file with rules of your own; may be repeated",
    )
    _add_source(parser)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="DIR",
        help="folder of a Terraform plan's configuration (default: the plan's own); may be repeated, in their order",
    )


def _add_gate(commands: Any) -> None:
    one = _command(
        commands,
        "check",
        help="the gate for pipelines: a short verdict, its exit status, and the formats that CI systems read",
    )
    _add_files(one)
    one.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=("mandatory", "advisory", "cannot-tell", "worse"),
        help="what the gate fails on, may be repeated (default: mandatory); worse needs --base",
    )
    one.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS)}; to standard output or to a file; may be repeated (default: text)",
    )
    one.add_argument(
        "--base",
        action="append",
        default=[],
        metavar="FILE",
        help="preview or state before the change; may be repeated",
    )
    one.add_argument("--baseline", default="", metavar="FILE", help="accepted findings (resilience baseline)")
    one.add_argument("--targets", default="", metavar="FILE", help="JSON with targets of entry points (docs/check.md)")
    one.add_argument(
        "--project-dir", default="", metavar="DIR", help="folder of Pulumi.yaml from the repository's root (default: .)"
    )
    _add_judgement(one)
    one.set_defaults(command="check")
    two = _command(commands, "baseline", help="print the findings of today as accepted, for `check --baseline`")
    _add_files(two)
    two.add_argument("--former", default="", metavar="FILE", help="keep reason, owner and until of this baseline")
    two.add_argument("--reason", default="", help="why they are accepted")
    two.add_argument("--owner", default="", help="who mends them")
    two.add_argument("--until", default="", metavar="DATE", help="last day on which they are accepted, YYYY-MM-DD")
    _add_judgement(two)
    two.set_defaults(command="baseline")


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="+",
        help="output of `pulumi preview --json --show-sames`, `pulumi stack export --show-secrets` or "
        "`terraform show -json`; - for stdin",
    )
