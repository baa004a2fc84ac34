"""The steps of the form that makes pools, each one screen of 80x24."""
