"""Checks JSON files against a JSON Schema (2020-12) with Python's jsonschema, formats included.

    python3 tests/validate.py SCHEMA FILE...

Ends with 1 and tells each mistake when a file doesn't fit, with 2 when the validator isn't there.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(
        print("the Python package jsonschema is missing: python3 -m pip install 'jsonschema[format]', or run .ci/run", file=sys.stderr) or 2
    )


def main(schema_path, *paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    wrong = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        for error in validator.iter_errors(content):
            wrong += 1
            print(f"{path}: {'/'.join(map(str, error.path))}: {error.message}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
