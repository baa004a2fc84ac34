"""The step that chooses an image: the list under its headings, and images that are given."""

from asyncio import to_thread

import pytest
from driving import fill, go_to_step, open_form, screen_text, until, until_shown

from batchtui.batch.draft import PoolDraft
from batchtui.batch.image_choice import agent_of, chosen_image
from batchtui.emulator.control.client import clear, inject, put
from batchtui.tables.images import has_ended
from batchtui.ui.screens.create_pool import Beginning, CreatePoolScreen
from batchtui.ui.steps.image import ImageStep, image_id
from batchtui.ui.widgets.picker import Picker

JAMMY = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}


@pytest.fixture
async def form(pilot):
    """The form at its image step, whose list is there."""
    form = await open_form(pilot)
    await go_to_step(pilot, "image")
    await until(pilot, lambda: images_of(form).table.rows, "the images")
    await until(pilot, lambda: not form.draft.typed, "this machine's address")
    return form


def images_of(form):
    return form.query_one("#image", Picker)


async def find(pilot, text):
    pilot.app.screen.query_one("#find-image").value = text
    await pilot.pause()


async def from_(pilot, way):
    await fill(pilot, image_from=way)
    form = pilot.app.screen
    await until(pilot, lambda: form.shown("image_from") == way, way)
    await pilot.pause()


async def test_every_image_that_still_makes_pools_is_found_and_taken(pilot, form):
    picker = images_of(form)
    rows = dict(picker.table.rows)
    assert len(rows) == 84
    for row_id, image in rows.items():
        name = image.reference
        await find(pilot, f"sku:{name.sku} offer:{name.offer} agent:{image.node_agent_sku}"[:200])
        place = picker.table.shown.index(row_id)
        await pilot.press(*["down"] * place, "enter")
        if has_ended(image, form.session.now()):
            await until_shown(pilot, f"✗ Ended {image.end_of_life:%Y-%m-%d}")
            assert form.here == "image"
            continue
        await until(pilot, lambda: form.here == "size", f"{row_id} taken")
        assert image_id(chosen_image(form.draft.body, rows.values())) == row_id
        assert agent_of(form.draft.body) == image.node_agent_sku
        await go_to_step(pilot, "image")


async def test_images_stand_under_their_distributions_the_best_choice_first(pilot, form):
    text = screen_text(pilot.app)
    assert text.index("Ubuntu 24.04 · 6") < text.index("server") < text.index("Ubuntu 22.04 · 5")
    assert "canonical:ubuntu-24_04-lts:server:latest" in text
    assert "● Verified; no end is announced." in text
    await find(pilot, "os:windows 2022")
    await until_shown(pilot, "Windows Server 2022 · 10")
    assert "Ubuntu" not in screen_text(pilot.app)


async def test_verified_and_unverified_are_words_to_find_by(pilot, form):
    table = images_of(form).table
    for word, verified in (("verified", True), ("unverified", False), ("!verified", False)):
        await find(pilot, f"ubuntu {word}")
        assert {table.rows[row_id].verified for row_id in table.shown} == {verified}


async def test_escape_clears_what_was_typed_before_it_leaves(pilot, form):
    await pilot.press(*"nothing")
    await until_shown(pilot, "Nothing passes the filter: esc clears it.")
    await pilot.press("escape")
    await until_shown(pilot, "Ubuntu 24.04 · 6")
    assert pilot.app.screen is form
    await pilot.press("escape")
    await until(pilot, lambda: pilot.app.screen is not form, "the pools")


async def test_pages_show_every_row_and_headings_come_back_into_view(pilot, form):
    picker, seen = images_of(form), set()
    for _ in range(20):
        seen.update(screen_text(pilot.app).split("\n"))
        await pilot.press("ctrl+f")
    text = "\n".join(seen)
    for words in ("2022-datacenter-smalldi", "Windows Server 2008 R2 · 2", "AlmaLinux 8 · 12"):
        assert words in text
    assert picker.table.cursor == picker.table.shown[-1]
    for _ in range(20):
        await pilot.press("ctrl+b")
    await until_shown(pilot, "Ubuntu 24.04 · 6")
    assert picker.table.cursor == picker.table.shown[0]


async def test_what_is_chosen_is_named_and_marked(pilot, form):
    await pilot.press("enter")
    await until(pilot, lambda: form.here == "size", "the next step")
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Chosen: Ubuntu 24.04 server · batch.node.ubuntu 24.04")
    assert len(images_of(form).table.marked) == 1
    assert "▌✓" in screen_text(pilot.app)


async def test_an_image_that_ends_soon_says_how_soon(pilot, emulator):
    def ends(form):
        end = form.session.now().replace(microsecond=0)
        return end.replace(year=end.year + 1)

    screen = pilot.app.screen
    end = ends(screen)
    await to_thread(
        put, emulator, images=[{**JAMMY, "batchSupportEndOfLife": f"{end:%Y-%m-%dT%H:%M:%SZ}"}]
    )
    await open_form(pilot)
    await go_to_step(pilot, "image")
    await until_shown(pilot, "Ubuntu 22.04 · 5")
    await find(pilot, "jammy sku:22_04-lts")
    await until_shown(pilot, "○ 36")
    await until_shown(pilot, f"from {end:%Y-%m-%d} on")


async def test_without_the_list_an_image_can_be_given_and_asking_again_helps(pilot, emulator):
    rule = {"method": "GET", "path": "/supportedimages", "do": "malformed"}
    await to_thread(lambda: inject(emulator, **rule))
    form = await open_form(pilot)
    await go_to_step(pilot, "image")
    await until_shown(pilot, "ctrl+r asks again")
    await from_(pilot, "named")
    await fill(pilot, **JAMMY, agent="batch.node.ubuntu 22.04")
    assert form.draft.body["virtualMachineConfiguration"] == {
        "imageReference": JAMMY,
        "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    }
    await to_thread(clear, emulator)
    await pilot.press("ctrl+r")
    await until(pilot, lambda: images_of(form).table.rows, "the images")
    await from_(pilot, "listed")
    await until_shown(pilot, "Chosen: Ubuntu 22.04 22_04-lts")


async def test_names_of_a_listed_image_bring_its_node_agent(pilot, form):
    await from_(pilot, "named")
    for name, text in JAMMY.items():
        form.query_one(f"#{name}").focus()
        await pilot.pause()
        await fill(pilot, **{name: text.upper()})
    await until(
        pilot, lambda: form.query_one("#agent").value == "batch.node.ubuntu 22.04", "its agent"
    )
    assert agent_of(form.draft.body) == "batch.node.ubuntu 22.04"
    assert form.shown("publisher") == "CANONICAL"


async def test_a_gallerys_image_has_its_node_agent_chosen_among_those_there_are(pilot, form):
    await from_(pilot, "community")
    await fill(pilot, community_image_id="/communityGalleries/all/images/render")
    form.query_one("#agent").focus()
    await pilot.pause()
    await pilot.press(*"windows")
    await until_shown(pilot, "Windows Server")
    await pilot.press("enter")
    await until(pilot, lambda: form.here == "size", "the next step")
    assert form.draft.body["virtualMachineConfiguration"] == {
        "imageReference": {"communityGalleryImageId": "/communityGalleries/all/images/render"},
        "nodeAgentSKUId": "batch.node.windows amd64",
    }
    # What follows is RDP's.
    network = form.draft.body["networkConfiguration"]["endpointConfiguration"]
    assert [nat["backendPort"] for nat in network["inboundNATPools"]] == [3389]


async def test_a_pool_whose_image_no_list_has_is_shown_as_it_is(pilot):
    machine = {
        "imageReference": {"publisher": "me", "offer": "mine", "sku": "1", "version": "2.0.0"},
        "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    }
    draft = PoolDraft({"id": "again", "virtualMachineConfiguration": machine})
    beginning = Beginning("unlisted", draft)
    form = CreatePoolScreen(pilot.app.screen.session, frozenset(), beginning)
    await pilot.app.push_screen(form)
    await go_to_step(pilot, "image")
    await until(pilot, lambda: form.query(ImageStep), "the step")
    await until_shown(pilot, "2.0.0")
    text = screen_text(pilot.app)
    assert "the Marketplace, by its names" in text
    assert form.draft.body["virtualMachineConfiguration"] == machine
    assert not form.edited()
