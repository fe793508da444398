"""Settings of container services: the ``services`` group in the scenario's group."""

from dataclasses import dataclass

from components.settings.section import Section

IMAGE = r"[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})"


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """tasks: of each service that must still run after the loss of a zone. most: maximum number of tasks of each.

    image: URI of your image, or empty for the sample service. spot_weight: tasks on Fargate Spot for each one on
    Fargate, above the minimum; Fargate only.
    """

    tasks: int
    most: int
    image: str
    spot_weight: int


def read_services(section: Section, big: bool) -> ServiceSettings:
    """Read the keys that the services of every scenario have; the caller finishes the group. big: for production."""
    tasks = section.number("tasks", 4 if big else 1, 1, 500, "tasks")
    most = section.number("maxTasks", max(10, 10 * tasks) if big else 6 * tasks, 1, 5000, "tasks")
    if most < 2 * tasks:
        section.complain(
            "maxTasks", f"must be at least {2 * tasks}, twice tasks: with two zones, each zone runs them all"
        )
    return ServiceSettings(
        tasks=tasks,
        most=most,
        image=section.text("image", "", IMAGE, "must be an image URI with a tag or digest"),
        spot_weight=section.number("spotWeight", 0, 0, 1000),
    )
