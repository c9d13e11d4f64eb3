"""What Schemathesis can't know of the contract: tokens, and that a body which is said to be packed is."""

import gzip
import itertools
import json
import os

import schemathesis

tokens = itertools.cycle(os.environ["TOKENS"].split())


# Another one for each request: what one token may ask for isn't what is tried.
@schemathesis.auth(refresh_interval=None)
class Token:
    def get(self, case, context):
        return next(tokens)

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.headers or {}).get("Content-Encoding") == "gzip" and isinstance(case.body, (dict, list)):
        kwargs["data"] = gzip.compress(json.dumps(case.body).encode(), mtime=0)
