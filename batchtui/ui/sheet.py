"""Textual's style sheet, which isn't read twice."""

from textual.css.stylesheet import Stylesheet


class Sheet(Stylesheet):
    """Is read again only if a variable has another value.

    Textual reads it again whenever it could be so: at the start, before the first frame, and
    with every screen that brings styles.
    """

    _changed = True

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the values of a theme."""
        self._changed = variables != self._variables
        super().set_variables(variables)

    def reparse(self) -> None:
        """Read it again; what is new in it is read anyway."""
        if self._changed:
            super().reparse()
