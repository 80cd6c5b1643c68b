"""What a client of the box knows, for schemathesis: good tokens, and bodies as the contract has them, beside those that chance makes.

FUZZ_KNOWN names the file: {path: {"tokens": [text, ...], "bodies": [hex, ...]}}. An authorization in the document is any text; with that alone
hardly a request would come to the deed behind it.
"""

import json
import os

import schemathesis
from hypothesis import strategies as st

with open(os.environ["FUZZ_KNOWN"], encoding="ascii") as file:
    KNOWN = json.load(file)

for kind in ("application/octet-stream", "message/ohttp-req"):
    schemathesis.openapi.media_type(kind, st.binary(max_size=2048))


def changed(body: bytes) -> st.SearchStrategy[bytes]:
    """A good body with a stretch of it in another's place, cut out, or with more in it."""
    place = st.integers(0, len(body))
    more = st.binary(max_size=40)
    return st.builds(lambda at, end, more: body[:at] + more + body[end:], place, place, more)


@schemathesis.hook
def before_generate_body(context, strategy):
    texts = KNOWN.get(context.operation.path, {}).get("bodies", [])
    if not texts:
        return strategy
    good = st.sampled_from([bytes.fromhex(text) for text in texts])
    return st.one_of(good, good.flatmap(changed), strategy)


@schemathesis.hook
def before_call(context, case, kwargs):
    tokens = KNOWN.get(case.path, {}).get("tokens", [])
    turn = len(repr(case.body)) % 4
    if tokens and turn:
        case.headers = dict(case.headers or {})
        case.headers["authorization"] = "Bearer " + tokens[turn % len(tokens)]
