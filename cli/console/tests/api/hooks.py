"""What Schemathesis can't know of the contract: tokens, keys that belong to a content, packing, and lives that can be."""

import gzip
import hashlib
import itertools
import json
import os
import re

import schemathesis

tokens = itertools.cycle(os.environ["TOKENS"].split())


# Another one for each request: what one token may ask for isn't what is tried.
@schemathesis.auth(refresh_interval=None)
class Token:
    def get(self, case, context):
        return next(tokens)

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


KEY = re.compile("[A-Za-z0-9-]{1,80}")
PHASES = ["recorded", "classified", "investigating", "resolved", "closed", "follow-up"]


# What is wrong on purpose stays wrong.
@schemathesis.hook
def map_body(context, body):
    match body:
        case {"phase": phase, "history": [{"to": to}]} if phase in PHASES and to in PHASES:
            return {**body, "phase": to}
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    if not isinstance(case.body, (dict, list)):
        return
    content = json.dumps(case.body).encode()
    # A key of its own for each content: else nearly all would be refused for one that came before.
    if KEY.fullmatch(headers.get("Idempotency-Key") or ""):
        case.headers = {**headers, "Idempotency-Key": hashlib.sha256(content).hexdigest()}
    if headers.get("Content-Encoding") == "gzip":
        kwargs["data"] = gzip.compress(content, mtime=0)
