"""Pools over all that creating one takes, generated from the schema: of its shape, not sensible."""

from hypothesis import strategies as st

from batchtui.batch.schema import subschema

DURATIONS = ("PT5M", "PT15M", "PT1H30M", "P1D", "PT90S", "PT7M9.497S", "P0D", "P1DT2H")
leaf = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
free = st.dictionaries(
    st.text(max_size=5),
    st.recursive(leaf, lambda inner: st.lists(inner, max_size=2), max_leaves=3),
    max_size=2,
)
# None of them looks like a call of Resource Manager's templates.
texts = st.text(st.characters(exclude_characters="[", exclude_categories=["Cs"]), max_size=12)


def values(path=()):
    """What may stand at a place of a pool."""
    schema = subschema(path)
    if "properties" in schema:
        return _objects(path, schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "array":
        return st.lists(st.deferred(lambda: values((*path, 0))), max_size=2)
    if schema.get("format") == "duration":
        return st.sampled_from(DURATIONS)
    return {
        "string": texts,
        "integer": st.integers(schema.get("minimum", 0), schema.get("maximum", 9)),
        "boolean": st.booleans(),
        "object": free,
    }[schema["type"]]


@st.composite
def _objects(draw, path, schema):
    required = set(schema.get("required", ()))
    others = sorted(set(schema["properties"]) - required)
    chosen = draw(st.sets(st.sampled_from(others), max_size=4)) if others else set()
    names = [name for name in schema["properties"] if name in required | chosen]
    return {name: draw(values((*path, name))) for name in names}


@st.composite
def generated_pools(draw):
    """A pool to be created, with any of its properties."""
    body = draw(values())
    if body.get("enableAutoScale"):
        # The service refuses both.
        body = {name: part for name, part in body.items() if not name.startswith("target")}
    return body
