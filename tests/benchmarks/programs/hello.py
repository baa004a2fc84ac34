"""The smallest application of Textual."""

from textual.app import App
from textual.widgets import Label


class Hello(App):
    def compose(self):
        yield Label("Hello, world!")


Hello().run()
