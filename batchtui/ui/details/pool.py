"""Everything that is known of a pool, in order of use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from batchtui.batch import convert
from batchtui.batch.facts import Facts
from batchtui.batch.models import Json, NodeCounts
from batchtui.batch.node import SSH_PORT
from batchtui.batch.progress import progress
from batchtui.tables import Cell
from batchtui.tables.states import state_cell
from batchtui.ui.details.progress import help_lines, sentence_cell, step_lines
from batchtui.ui.details.section import (
    Line,
    Section,
    also,
    each_in_words,
    fault,
    in_words,
    known,
    pairs,
    plain,
    sections,
    when,
    yes,
)
from batchtui.ui.details.starttask import start_task_lines
from batchtui.visible import visible, visible_lines
from batchtui.words import period

_BAR = 30  # cells of the longest bar


@dataclass(frozen=True, slots=True)
class Around:
    """What other calls tell of a pool: its nodes by state, their tasks, its image's support."""

    now: datetime
    counts: NodeCounts | None = None
    tasks: Sequence[Line] = ()
    support: Sequence[Line] = ()


def pool_sections(raw: Json, around: Around) -> list[Section]:
    """Everything that the service says of a pool, errors first."""
    facts, now = Facts(raw), around.now
    machine = facts.within("virtualMachineConfiguration")
    network = facts.within("networkConfiguration")
    run = facts.within("autoScaleRun")
    return sections(
        Section("Errors", list(_error_lines(facts, run))),
        Section("Progress", list(_progress_lines(raw, around))),
        Section("Pool", list(_pool_lines(facts, now))),
        Section("Nodes", list(_count_lines(facts, around))),
        Section("Quota", list(_quota_lines(raw))),
        Section("Autoscale", list(_autoscale_lines(facts, run, now))),
        Section("Image", [*_image_lines(machine), *around.support]),
        Section("Start task", list(start_task_lines(facts.within("startTask")))),
        Section("Way in", list(_way_in_lines(network, machine_os(raw)))),
        Section("Network", list(_network_lines(facts, network))),
        Section("Tasks", list(_task_lines(facts))),
        Section("Users", [_user(each) for each in facts.each("userAccounts")]),
        Section("What nodes get", list(_equipment_lines(facts, machine))),
        Section("Metadata", [_named(each) for each in facts.each("metadata")]),
        also(facts),
    )


def machine_os(raw: Json) -> str:
    """`windows` or `linux`, by the node agent (source: SERVICE.md, images)."""
    machine = raw.get("virtualMachineConfiguration")
    agent = machine.get("nodeAgentSKUId") if isinstance(machine, Mapping) else ""
    return "windows" if "windows" in str(agent).lower() else "linux"


def _error_lines(facts: Facts, run: Facts) -> Iterator[Line]:
    for each in facts.each("resizeErrors"):
        yield fault(each, "values")
    if error := run.within("error"):
        code, cell = fault(error, "values")
        yield f"autoscale: {code}", cell


def _progress_lines(raw: Json, around: Around) -> Iterator[Line]:
    """What it waits for, in a sentence and in steps, and what helps."""
    if around.counts is None:
        return
    found = progress(convert.pool(raw), around.counts.by_state, around.now)
    yield "now", sentence_cell(found)
    yield from step_lines(found)
    yield from help_lines(found)


def _pool_lines(facts: Facts, now: datetime) -> Iterator[Line]:
    state, allocation = facts.word("state"), facts.word("allocationState")
    if state == "active" and allocation:
        yield "state", state_cell(allocation)
        yield from when("since", facts.time("allocationStateTransitionTime"), now)
    else:
        yield "state", state_cell(state)
        yield from when("since", facts.time("stateTransitionTime"), now)
        yield from known("allocation", visible(allocation))
    yield "id", plain(facts.text("id"))
    yield from known("name", facts.text("displayName"))
    yield from known("VM size", facts.text("vmSize"))
    yield from when("created", facts.time("creationTime"), now)
    yield from when("changed", facts.time("lastModified"), now)


def _count_lines(facts: Facts, around: Around) -> Iterator[Line]:
    for label, kind in (("dedicated", "DedicatedNodes"), ("spot", "LowPriorityNodes")):
        here, wanted = facts.number(f"current{kind}"), facts.number(f"target{kind}")
        if here is not None or wanted is not None:
            short = here is not None and wanted is not None and here < wanted
            yield label, Cell(f"{here or 0} of {wanted or 0}", "warn" if short else "plain")
    yield from around.tasks
    by_state = around.counts.by_state if around.counts else {}
    most = max(by_state.values(), default=0)
    for state, count in sorted(by_state.items(), key=lambda each: -each[1]):
        cell = state_cell(state)
        bar = "█" * max(1, round(_BAR * count / most))
        yield cell.text, Cell(f"{bar} {count:,}", cell.tone)
    yield from known("resize timeout", period(facts.text("resizeTimeout")))


def _quota_lines(raw: Json) -> Iterator[Line]:
    """What resize errors tell of quotas; only Resource Manager could tell more (trap 24)."""
    reached = False
    for each in Facts(raw).each("resizeErrors"):
        code, cell = fault(each, "values")
        if "quota" in code.lower():
            reached = True
            numbers = cell.text.partition("\n")[2]
            yield code, Cell(numbers or "is reached; the service gives no numbers", "bad")
    if reached:
        text = "the account's quotas can't be asked for with a shared key: see the Azure portal"
        yield "all", Cell(text, "muted")


def _autoscale_lines(facts: Facts, run: Facts, now: datetime) -> Iterator[Line]:
    formula = facts.text("autoScaleFormula")
    on = facts.flag("enableAutoScale")
    if not on and not formula and not run:
        return
    yield from yes("on", on)
    yield from known("every", period(facts.text("autoScaleEvaluationInterval")))
    last = list(when("last run", run.time("timestamp"), now))
    yield from last or [("last run", Cell("not yet", "muted"))]
    results = [part.strip() for part in run.text("results").split(";") if part.strip()]
    yield from known("results", "\n".join(results))
    if formula:
        yield "formula", Cell("")
        yield None, plain(formula.strip("\n"))


def _image_lines(machine: Facts) -> Iterator[Line]:
    image = machine.within("imageReference")
    names = [image.text(name) for name in ("publisher", "offer", "sku", "version")]
    if any(names):
        yield "image", plain(":".join(names))
    yield from pairs(image)
    yield from known("node agent", machine.text("nodeAgentSKUId"))


def _way_in_lines(network: Facts, os: str) -> Iterator[Line]:
    ssh = False
    for nat in network.within("endpointConfiguration").each("inboundNATPools"):
        backend = nat.number("backendPort")
        ssh = ssh or backend == SSH_PORT
        ports = f"{nat.number('frontendPortRangeStart')}-{nat.number('frontendPortRangeEnd')}"
        rules = sorted(_rule(rule) for rule in nat.each("networkSecurityGroupRules"))
        said = "\n".join(f"{priority} {text}" for priority, text in rules) or "open to anyone"
        text = f"{ports} → {backend}/{nat.word('protocol')}\n{said}"
        yield visible(nat.text("name")), Cell(visible_lines(text), "plain" if rules else "warn")
    if not ssh and os != "windows":
        yield "ssh", Cell("none, and it can't be added while the pool has nodes", "warn")


def _rule(rule: Facts) -> tuple[int, str]:
    text = f"{rule.word('access')} {rule.text('sourceAddressPrefix')}"
    ports = rule.words("sourcePortRanges")
    if ports not in ([], ["*"]):
        text += f" from ports {', '.join(ports)}"
    return rule.number("priority") or 0, text


def _network_lines(facts: Facts, network: Facts) -> Iterator[Line]:
    yield from known("subnet", network.text("subnetId"))
    address = network.within("publicIPAddressConfiguration")
    yield from known("public address", in_words(address))
    yield from known("VNet scope", network.text("dynamicVNetAssignmentScope"))
    yield from yes("accelerated", network.flag("enableAcceleratedNetworking"))
    yield from yes("between nodes", facts.flag("enableInterNodeCommunication"))
    yield from pairs(network)


def _task_lines(facts: Facts) -> Iterator[Line]:
    yield from known("slots per node", facts.number("taskSlotsPerNode"))
    policy = facts.within("taskSchedulingPolicy")
    yield from known("fill nodes", policy.word("nodeFillType"))
    yield from known("jobs in order", policy.word("jobDefaultOrder"))


def _user(account: Facts) -> Line:
    name, level = account.text("name"), account.word("elevationLevel")
    words = [
        {"admin": "administrator", "nonadmin": "user"}.get(level, level),
        in_words(account),
    ]
    return visible(name), plain(", ".join(filter(None, words)))


def _named(item: Facts) -> Line:
    return visible(item.text("name")), plain(item.text("value"))


def _equipment_lines(facts: Facts, machine: Facts) -> Iterator[Line]:
    for each in facts.each("applicationPackageReferences"):
        version = each.text("version") or "default version"
        yield "application", plain(f"{each.text('applicationId')} {version}")
    yield from each_in_words("mount", facts, "mountConfiguration")
    identity = facts.within("identity")
    yield from known("identity", identity.text("type"))
    yield from each_in_words("identity", identity, "userAssignedIdentities")
    yield from each_in_words("data disk", machine, "dataDisks")
    yield from each_in_words("extension", machine, "extensions")
    yield from pairs(machine)
    yield from known("upgrades", in_words(facts.within("upgradePolicy")))
