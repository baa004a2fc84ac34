"""The fields of what the nodes are made of: an image of the list, or one that is given. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar

from batchtui.batch.access_lenses import fitted
from batchtui.batch.field import PoolField, field_at
from batchtui.batch.image_choice import AGENT, IDS, IMAGE, NAMES, image_rows, names_of
from batchtui.batch.known import Path
from batchtui.batch.lens import Answer, PoolDraft, Text, UnreadableError
from batchtui.batch.models import SupportedImage
from batchtui.batch.places import at, put, without

FROM: Mapping[str, str] = MappingProxyType(
    {
        "listed": "the images that the service supports",
        "named": "the Marketplace, by its names",
        "own": "an image of yours, or of your gallery",
        "shared": "a gallery that was shared with you",
        "community": "a community gallery",
    }
)
_IDS: Mapping[str, str] = dict(zip(("own", "shared", "community"), IDS, strict=True))
_ASKED = "image_from"
_GALLERY = "/images/…/versions/…"


@dataclass(frozen=True, slots=True)
class ImageFrom:
    """Where the image is from; those of other places are set aside.

    An image of the list and one of the Marketplace by its names are the same in a pool's JSON.
    """

    words: ClassVar[Mapping[str, str]] = FROM

    def show(self, draft: PoolDraft) -> Answer:
        """What the JSON says, else what was asked for."""
        for way, name in _IDS.items():
            if at(draft.body, (*IMAGE, name)) is not None:
                return way
        asked = draft.aside.get(_ASKED)
        if asked in _IDS and not at(draft.body, IMAGE):
            return str(asked)
        return "named" if asked == "named" else "listed"

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another place; what was chosen of this one is set aside with its node agent."""
        now, wanted = str(self.show(draft)), str(answer)
        if wanted not in FROM:
            raise UnreadableError(f"One of {', '.join(FROM)}.")
        aside = {**draft.aside, _ASKED: wanted}
        if _drawer(now) == _drawer(wanted):
            return draft if now == wanted else replace(draft, aside=aside)
        kept = [(path, at(draft.body, path)) for path in (IMAGE, AGENT)]
        aside[_drawer(now)] = {path[-1]: value for path, value in kept if value is not None}
        back: Mapping[str, Any] = draft.aside.get(_drawer(wanted), {})
        body = without(draft.body, IMAGE)
        for path, _ in kept:
            if path[-1] in back:
                body = put(body, path, back[str(path[-1])])
        return fitted(replace(draft, body=body, aside=aside), draft.body)

    def choices(self, _draft: PoolDraft) -> Mapping[str, str]:
        """All of them."""
        return FROM


@dataclass(frozen=True, slots=True)
class FullName:
    """An image of the Marketplace as Azure's tools write it: `publisher:offer:sku[:version]`."""

    def show(self, draft: PoolDraft) -> Answer:
        """Its names, if it has any."""
        parts = [str(at(draft.body, (*IMAGE, name)) or "") for name in (*NAMES, "version")]
        return ":".join(parts).rstrip(":")

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another image; the node agent stays."""
        if answer == self.show(draft):
            return draft
        parts = str(answer).strip().split(":")
        if len(parts) not in {3, 4} or not all(parts):
            raise UnreadableError(
                "An image as publisher:offer:sku, or publisher:offer:sku:version."
            )
        names = dict(zip((*NAMES, "version"), parts, strict=False))
        return replace(draft, body=put(draft.body, IMAGE, names))


@dataclass(frozen=True, slots=True)
class Agent:
    """The node agent; the way in follows it from Linux to Windows and back."""

    text: ClassVar[Text] = Text(AGENT)

    def show(self, draft: PoolDraft) -> Answer:
        """Its name."""
        return self.text.show(draft)

    def put(self, draft: PoolDraft, answer: Answer) -> PoolDraft:
        """Another one."""
        return fitted(self.text.put(draft, answer), draft.body)


def by_name_if_unlisted(draft: PoolDraft, images: Iterable[SupportedImage] | None) -> PoolDraft:
    """The draft as it is, shown by its image's names if no list has that."""
    names = names_of(draft.body)
    fresh = _ASKED not in draft.aside and ImageFrom().show(draft) == "listed"
    if images is None or not fresh or not all(names) or image_rows(names, images):
        return draft
    return replace(draft, aside={**draft.aside, _ASKED: "named"})


def image_fields() -> Iterator[PoolField]:
    """In the order of the step."""
    machine: Path = IMAGE[:-1]
    yield PoolField(
        "image",
        "image",
        "Image",
        FullName(),
        (IMAGE, AGENT, machine),
        help="enter takes the image under the cursor, and the node agent that goes with it.",
        when=_from("listed"),
    )
    yield PoolField(
        "image_from",
        "image",
        "Image from",
        ImageFrom(),
        (IMAGE, machine),
        help="Those that are listed come with their node agent; others need it told.",
    )
    named = _from("named")
    for name, example in (
        ("publisher", "canonical"), ("offer", "ubuntu-24_04-lts"), ("sku", "server"),
    ):  # fmt: skip
        label = "SKU" if name == "sku" else name.capitalize()
        text = f"As the Marketplace names it, such as {example}."
        yield replace(field_at(name, "image", label, Text, *_in_image(name), help=text), when=named)
    version = field_at(
        "version",
        "image",
        "Version",
        Text,
        *_in_image("version"),
        placeholder="latest",
        help="The newest one, unless one is told: nodes that come later may differ otherwise.",
    )
    yield replace(version, when=named)
    for way, example, text in (
        (
            "own",
            f"/subscriptions/…/providers/Microsoft.Compute/galleries/…{_GALLERY}",
            "Its resource id; without a version the newest. Needs Microsoft Entra ID.",
        ),
        ("shared", f"/sharedGalleries/…{_GALLERY}", "Its id; without a version the newest."),
        ("community", f"/communityGalleries/…{_GALLERY}", "Its id; without a version the newest."),
    ):
        field = field_at(
            f"{way}_image_id",
            "image",
            "Image id",
            Text,
            *_in_image(_IDS[way]),
            placeholder=example,
            help=text,
        )
        yield replace(field, when=_from(way))
    yield PoolField(
        "agent",
        "image",
        "Node agent",
        Agent(),
        (AGENT,),
        placeholder="type to find one of these",
        help="The service's program on each node; it has to fit the image's system.",
        when=lambda draft: ImageFrom().show(draft) != "listed",
    )


def _from(way: str) -> Callable[[PoolDraft], bool]:
    return lambda draft: ImageFrom().show(draft) == way


def _in_image(name: str) -> tuple[str, ...]:
    return (*map(str, IMAGE), name)


def _drawer(way: str) -> str:
    """Where the image of a place is set aside."""
    return f"image:{way if way in _IDS else 'marketplace'}"
