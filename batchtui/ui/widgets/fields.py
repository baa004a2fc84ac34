"""What the fields of a form stand in."""

from textual.containers import VerticalScroll


class Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Scrolls with the focus and the mouse: arrows are for going from field to field."""
