"""A GET that names what its caller has already, by `If-None-Match`, is answered 304 where that is still so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from fastapi import Response

HEADER = "If-None-Match"
_TAG = re.compile(r'"([\x21\x23-\x7e\x80-\xff]*)"')
_OF_A_BODY = frozenset({"content-length", "content-type"})


def conditional(response: Response, given: Iterable[str]) -> Response:
    """The answer to a GET, without its body where one of the tags `given` is its own (RFC 9110, 13.1.2).

    A version counts what people write; crawls, runs and tags that spread change an answer too. So the tag says after
    the version what the whole body was, and `If-Match` goes on to compare the version alone.
    """
    version = response.headers.get("etag")
    if version is None or response.status_code != 200:
        return response
    tag = f"{version.strip(chr(34))}.{blake2b(response.body, digest_size=8).hexdigest()}"
    response.headers["etag"] = f'"{tag}"'
    if not any(each.strip() == "*" or tag in _TAG.findall(each) for each in given):
        return response
    return Response(None, 304, {name: value for name, value in response.headers.items() if name not in _OF_A_BODY})
