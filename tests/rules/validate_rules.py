"""Validates rule documents against rules/schema.

validate_rules.py SCHEMA_DIR DOCUMENT...: one line for each document, "valid
NAME" or "refused NAME: why". Exit code 77 where a module is missing.
"""
import json
import pathlib
import sys

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"{error}; it comes with python3-jsonschema and python3-yaml")
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """Dates and times stay text, as Espial reads them."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers
            if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main(folder, names):
    validators = {}
    for kind in ("signature", "flow"):
        path = pathlib.Path(folder) / f"{kind}.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft7Validator(schema)
    for name in names:
        with open(name, encoding="utf-8") as stream:
            document = yaml.load(stream, Loader)
        kind = "flow" if "flow" in document else "signature"
        why = next(validators[kind].iter_errors(document), None)
        if why is None:
            print(f"valid {name}")
        else:
            place = "/".join(str(part) for part in why.absolute_path)
            print(f"refused {name}: {place}: {why.message}")


main(sys.argv[1], sys.argv[2:])
