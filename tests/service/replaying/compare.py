"""Compares an answer with a recorded one, but for what nobody can foretell."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

# Ids, times, hosts, addresses: any may stand for any of its kind, but always the same one.
UNFORESEEN = re.compile(
    r"(?P<fqdn>dns[0-9a-f-]{36}-azurebatch-cloudservice\.[a-z0-9]+\.cloudapp\.azure\.com)"
    r"|(?P<host>(?:https?://)?(?:[a-z0-9.-]+\.batch\.azure\.com|(?:[a-z]+\.)?management\.azure\.com|127\.0\.0\.1:\d+))"
    r"|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"
    r"|(?P<date>[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<account>batch-[0-9A-F]{16})"
    r"|(?P<etag>0x[0-9A-F]{15})"
    r"|(?P<ipv6>\b(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]+|::1)"
    r"|(?P<ipv4>\b(?!10\.)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)"
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT")
HIDDEN = ("Sanitized", "REDACTED", "https://example.com")
ANY_VALUE = re.compile(r"body\.(value\[\]\.)?nodeAgentInfo\.version")
CONNECTION = {"connection", "keep-alive", "date"}
# Resource Manager's answers come through gateways that differ by region, and gzipped.
GATEWAY = re.compile(
    r"x-ms-.*|x-cache|x-msedge-ref|server|vary|content-encoding|content-length|transfer-encoding"
)


class Comparison:
    """What an answer lacks, adds and changes, by place; `[]` stands for any item of a list.

    `row` tells by what the recorded rows of a list are found, where there may be more.
    """

    def __init__(self, recorded, answer, row=None):
        self.found: dict[str, str] = {}
        self._stands_for: dict[tuple[object, str], str] = {}
        self._item = 0  # of a list: what happened to two at once here happens to one after another
        status = recorded["status"]
        if answer.status != status:
            self._note("changes", "status", status, f"{answer.status} {answer.content.decode()}")
            return
        headers = {name.lower(): value for name, value in recorded["headers"].items()}
        self._by_agent = "#nodes" in str(recorded["body"]) or "#files" in str(recorded["body"])
        self._headers(headers, dict(answer.headers))
        body, expected = answer.body, recorded["body"]
        if row:
            body, expected = _with_common_rows(body, expected, row)
        self._value("body", expected, body)
        if status >= 400 and "content-length" in headers:
            self._length(answer, int(headers["content-length"]))

    def _note(self, verb, place, recorded="", answered=""):
        self.found.setdefault(f"{verb} {place}", f"recorded {recorded!r}, answered {answered!r}")

    def _headers(self, recorded, answered):
        kind = recorded.get("content-type", "")
        recorded["content-type"] = kind.replace("; odata", ";odata")  # as it is on the wire
        by_gateway = recorded.get("cache-control")
        for headers in (recorded, answered):
            for name, value in list(headers.items()):
                if name in CONNECTION or not value or (by_gateway and GATEWAY.fullmatch(name)):
                    del headers[name]
        for name in sorted({*recorded, *answered}):
            place = f"header {name}"
            if name not in answered:
                self._note("lacks", place, recorded[name])
            elif name not in recorded:
                self._note("adds", place, "", answered[name])
            elif name != "content-length":
                self._text(place, recorded[name], answered[name])

    def _value(self, place, recorded, answered):
        if type(recorded) is not type(answered):
            self._note("changes", place, recorded, answered)
        elif isinstance(recorded, dict):
            self._object(place, recorded, answered)
        elif isinstance(recorded, list):
            if len(recorded) != len(answered):
                self._note("changes", f"{place}[]", len(recorded), len(answered))
            for one, other in zip(recorded, answered, strict=False):
                self._item += place == "body.value"
                self._value(f"{place}[]", one, other)
        elif isinstance(recorded, str):
            self._text(place, recorded, answered)
        elif recorded != answered:
            self._note("changes", place, recorded, answered)

    def _object(self, place, recorded, answered):
        for name in recorded:
            if name not in answered:
                self._note("lacks", f"{place}.{name}", recorded[name])
        for name in answered:
            if name not in recorded:
                self._note("adds", f"{place}.{name}", "", answered[name])
        common = [name for name in recorded if name in answered]
        if common != [name for name in answered if name in recorded]:
            self._note("orders", place, list(recorded), list(answered))
        for name in common:
            self._value(f"{place}.{name}", recorded[name], answered[name])
        if {"eTag", "lastModified"} <= {*common} and not _is_made_of_time(answered):
            self._note("changes", f"{place}.eTag", recorded["eTag"], answered["eTag"])

    def _text(self, place: str, recorded: str, answered: str):
        if any(word in recorded for word in HIDDEN) or ANY_VALUE.fullmatch(place):
            return
        if recorded.startswith("https%3A"):
            recorded, answered = unquote(recorded), unquote(answered)
        shapes, pieces = zip(_taken_apart(recorded), _taken_apart(answered), strict=True)
        same = shapes[0] == shapes[1] and all(
            self._same(place, one, other) for one, other in zip(*pieces, strict=True)
        )
        if not same:
            self._note("changes", place, recorded, answered)

    def _same(self, place: str, recorded: str, answered: str) -> bool:
        if not TIME.match(recorded):
            return self._stands_for.setdefault(("", recorded), answered) == answered
        known = self._stands_for.setdefault((self._item, recorded), answered)
        same = known == answered or ".properties." in place  # files have this machine's times
        return same and self._as_many_digits(place, recorded, answered)

    def _as_many_digits(self, place: str, recorded: str, answered: str) -> bool:
        digits = [len(text.partition(".")[2].removesuffix("Z")) for text in (recorded, answered)]
        if digits[0] == digits[1] or not digits[0]:
            return digits[0] == digits[1]
        if digits[0] < 7 and self._by_agent and not place.endswith("allocationTime"):
            return digits[1] <= 6
        return digits[1] == 7

    def _length(self, answer, recorded):
        """The length with the recorded ids, times and hosts in place of the emulator's."""
        text = answer.content.decode()
        for (_, one), other in self._stands_for.items():
            text = text.replace(other, one)
        if len(text.encode()) != recorded:
            self._note("changes", "header content-length", recorded, len(text.encode()))


def _with_common_rows(body, expected, row):
    """Both lists, the answer's without what wasn't recorded, the recorded in the answer's order."""
    wanted = [row(item) for item in expected["value"]]
    rows = [item for item in body["value"] if row(item) in wanted]
    order = [row(item) for item in rows]
    there = sorted((w for w in wanted if w in order), key=order.index)
    ordered = [*there, *(w for w in wanted if w not in order)]
    items = [expected["value"][wanted.index(w)] for w in ordered]
    return body | {"value": rows}, expected | {"value": items}


def _taken_apart(text: str) -> tuple[str, list[str]]:
    pieces: list[str] = []

    def take(found: re.Match[str]) -> str:
        pieces.append(found[0])
        return f"<{found.lastgroup}>"

    return UNFORESEEN.sub(take, text), pieces


def _is_made_of_time(body: dict[str, Any]) -> bool:
    """Whether the ETag is the .NET ticks of the time of modification, as in all recordings."""
    if not UNFORESEEN.fullmatch(body["lastModified"]):
        return False
    whole, _, digits = body["lastModified"].removesuffix("Z").partition(".")
    since = datetime.fromisoformat(whole) - datetime(1, 1, 1)  # noqa: DTZ001 - both are UTC
    ticks = int(since.total_seconds()) * 10**7 + int(digits.ljust(7, "0"))
    return body["eTag"] == f"0x{ticks:X}"


def described(found: dict[str, str], names: Any) -> str:
    """Some of the differences, a line each, with what was recorded and what was answered."""
    return "".join(f"\n  {name}: {found.get(name, '')[:400]}" for name in sorted(names))
