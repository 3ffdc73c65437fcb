"""A validator for the JSON schemas of docs/schema, for tests that must run without packages of others.

It knows the keywords that these schemas use and refuses others, so that none is ignored.
"""
import re

TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list, "null": type(None)}
NOTES = {"description", "title", "$schema", "$defs"}


def is_of_type(value, name):
    return isinstance(value, TYPES[name]) and not (name in ("integer", "number") and isinstance(value, bool))


def problems(value, schema, place="$", root=None):
    """Yields what is wrong with `value`, one line each."""
    root = root if root is not None else schema
    for keyword, wanted in schema.items():
        if keyword == "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            if not any(is_of_type(value, name) for name in names):
                yield f"{place}: {value!r} is no {wanted}"
                return
        elif keyword == "$ref":
            part = root
            for key in wanted.removeprefix("#/").split("/"):
                part = part[key]
            yield from problems(value, part, place, root)
        elif keyword == "anyOf":
            found = [list(problems(value, part, place, root)) for part in wanted]
            if all(found):
                yield min(found, key=len)[0]
        elif keyword == "const":
            if value != wanted or isinstance(value, bool) != isinstance(wanted, bool):
                yield f"{place}: {value!r} is not {wanted!r}"
        elif keyword == "enum":
            if value not in wanted:
                yield f"{place}: {value!r} is none of {wanted}"
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(wanted, value):
                yield f"{place}: {value!r} does not match {wanted}"
        elif keyword == "minimum":
            if is_of_type(value, "number") and value < wanted:
                yield f"{place}: {value} < {wanted}"
        elif keyword == "required":
            for key in wanted:
                if key not in value:
                    yield f"{place}: no key {key!r}"
        elif keyword == "properties":
            for key, part in wanted.items():
                if key in value:
                    yield from problems(value[key], part, f"{place}.{key}", root)
        elif keyword == "additionalProperties":
            for key in value:
                if key not in schema["properties"]:
                    yield f"{place}: key {key!r} is not in the schema"
        elif keyword == "items":
            for index, item in enumerate(value):
                yield from problems(item, wanted, f"{place}[{index}]", root)
        elif keyword not in NOTES:
            raise AssertionError(f"the test's validator does not know {keyword!r}")
