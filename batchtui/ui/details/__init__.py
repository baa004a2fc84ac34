"""JSON of the service -> sections of a details screen, errors first. Pure."""
