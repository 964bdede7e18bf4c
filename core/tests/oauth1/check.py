"""Reads requests as JSON lines and answers each by a line: what oauthlib signs, and whether it takes our signature.

All directions of core/tests/it/oauth1.rs. `signature` is oauthlib's own for the request; `verified` is the verdict of its
server side on the request with our Authorization header, `forged` the verdict where a secret is another one.
`authorization` is oauthlib's own header, for the same request with its address spelled otherwise; the practice platform's
checker is asked about it.
"""

import json
import sys
from urllib.parse import urlparse

from oauthlib.oauth1 import Client, RequestValidator, SignatureOnlyEndpoint
from oauthlib.oauth1.rfc5849 import signature

FORM = "application/x-www-form-urlencoded"


class OneRequest(RequestValidator):
    """Knows the credentials of one request; leaves times, lengths and alphabets to others."""

    enforce_ssl = False
    timestamp_lifetime = 10**10

    def __init__(self, client, token):
        super().__init__()
        self.client, self.token = client, token

    def check_client_key(self, client_key):
        return True

    def check_nonce(self, nonce):
        return True

    def validate_timestamp_and_nonce(self, *_, **__):
        return True

    def validate_client_key(self, client_key, request):
        return client_key == self.client[0]

    def get_client_secret(self, client_key, request):
        return self.client[1]

    def get_access_token_secret(self, client_key, token, request):
        return self.token[1] if self.token and token == self.token[0] else None


def sign(asked, url, realm):
    """oauthlib's own header and base string. Its client takes no content type with a charset, and adds a hash of a body
    that is no form: it is shown the bare type, and no other body."""
    is_form = (asked["content_type"] or "").startswith(FORM)
    client = Client(
        asked["client"][0],
        client_secret=asked["client"][1],
        resource_owner_key=asked["token"] and asked["token"][0],
        resource_owner_secret=asked["token"] and asked["token"][1],
        callback_uri=asked["extra"].get("oauth_callback"),
        verifier=asked["extra"].get("oauth_verifier"),
        nonce=asked["nonce"],
        timestamp=str(asked["timestamp"]),
    )
    body = asked["body"] if is_form else None
    _, headers, _ = client.sign(url, asked["method"], body, {"Content-Type": FORM} if is_form else {}, realm)
    collected = signature.collect_parameters(urlparse(url).query, body, headers)
    base = signature.signature_base_string(
        asked["method"], signature.base_string_uri(url), signature.normalize_parameters(collected)
    )
    return headers["Authorization"], base


def verify(asked, client, token):
    """The verdict of oauthlib's server side."""
    headers = {"Authorization": asked["authorization"]}
    if asked["content_type"]:
        headers["Content-Type"] = asked["content_type"]
    endpoint = SignatureOnlyEndpoint(OneRequest(client, token))
    verified, _ = endpoint.validate_request(asked["url"], asked["method"], asked["body"], headers)
    return verified


for line in sys.stdin:
    asked = json.loads(line)
    client, token = asked["client"], asked["token"]
    header, base = sign(asked, asked["url"], None)
    signed = dict(signature.collect_parameters(headers={"Authorization": header}, exclude_oauth_signature=False))
    otherwise, _ = sign(asked, asked["spelled"], asked["realm"])
    other = (client, [token[0], token[1] + "x"]) if token else ([client[0], client[1] + "x"], None)
    print(
        json.dumps(
            {
                "signature": signed["oauth_signature"],
                "authorization": otherwise,
                "base": base,
                "verified": verify(asked, client, token),
                "forged": verify(asked, *other),
            }
        )
    )
