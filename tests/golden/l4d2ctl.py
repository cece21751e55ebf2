"""l4d2ctl on whole trees, without root and without systemd."""

import functools
import json
import os
import subprocess
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).resolve().parents[2] / "packaging/schema"


def l4d2ctl():
    path = os.environ.get("LEFT4ME_CTL")
    if not path:
        raise RuntimeError("set LEFT4ME_CTL to the l4d2ctl that is to be tested")
    return path


def run_l4d2ctl(*arguments, **options):
    """Returns its subprocess.CompletedProcess."""
    return subprocess.run([l4d2ctl(), *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60,
                          **options)


@functools.cache
def validator(verb):
    """Of the JSON that `verb` prints."""
    schema = json.loads((SCHEMAS / f"l4d2ctl-{verb}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def validated(verb, text):
    """The JSON that `verb` printed. Raises jsonschema.ValidationError when it is not what the schema says."""
    value = json.loads(text)
    validator(verb).validate(value)
    return value


def read_json(verb, *arguments):
    """What `verb` prints with --json."""
    return validated(verb, run_l4d2ctl(verb, "--json", *arguments).stdout)
