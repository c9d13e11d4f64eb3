"""Reads a pack with nothing but what docs/formats.md says of it: python3 docs/read_pack.py PACK [ARTICLE]"""

import hashlib
import json
import sys
import zlib
from pathlib import Path
from struct import unpack_from

pack = Path(sys.argv[1]).read_bytes()

# The header.
magic, version, signatures, body_end, hot_end, toc_len, stated = unpack_from("<8sIIQQQ32s", pack)
assert magic == b"BAQUIANO" and version == 2, "a pack of another format"
assert len(pack) == body_end + 96 * signatures, "cut, or too long"
assert hashlib.sha256(pack[:12] + bytes(4) + pack[16:40] + pack[72:body_end]).digest() == stated, "a bit is wrong"

# The table of contents.
sections, at = {}, 76
for _ in range(*unpack_from("<I", pack, 72)):
    name_end = at + 1 + pack[at]
    start, length = unpack_from("<QQ", pack, name_end)
    sections[pack[at + 1 : name_end].decode()] = pack[start : start + length]
    at = name_end + 16
assert at == 72 + toc_len and list(sections) == sorted(sections)


def inflated(blob, opening=b"", opening_len=0):
    """A deflated blob: the rest of the stream that the part's opening begins."""
    (length,) = unpack_from("<I", blob)
    whole = zlib.decompressobj(-15).decompress(opening + blob[4:])
    assert len(whole) == opening_len + length
    return whole[opening_len:]


def by_id(part):
    """Entries by id, each deflated by itself."""
    opening_len, begun = unpack_from("<II", part)
    opening, rest = part[8 : 8 + begun], part[8 + begun :]
    (count,) = unpack_from("<I", rest)
    ends = unpack_from(f"<{count + 1}I", rest, 4)
    text = rest[4 + 4 * (count + 1) :]
    keys = [text[start:end].decode() for start, end in zip(ends, ends[1:])]
    places = unpack_from(f"<{count + 1}Q", text, ends[-1])
    blobs = text[ends[-1] + 8 * (count + 1) :]
    return {key: inflated(blobs[start:end], opening, opening_len) for key, start, end in zip(keys, places, places[1:])}


manifest = json.loads(sections["manifest"])
articles = by_id(sections["articles"])
assert len(articles) == manifest["articles"]
print(manifest)
for name in ("catalog", "facts"):
    print(name, len(json.loads(inflated(sections[name]))))
for name in ("flows", "media"):
    print(name, *by_id(sections[name]))
for number in range(signatures):
    print("signed with", pack[body_end + 96 * number :][:32].hex())
for article in sys.argv[2:]:
    print(json.dumps(json.loads(articles[article]), ensure_ascii=False, indent=1))
