"""The console's sign-in service of the rig: botocore's own login provider works against it, and what
it is there to refuse is refused."""

import base64
import hashlib
import json
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.session
import botocore.utils
import pytest
from awscrt.crypto import EC
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rig import signin

VERIFIER = "v" * 43


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption()).decode()


def crt_key(key):
    return EC.new_key_from_der_data(
        base64.b64decode("".join(pem(key).splitlines()[1:-1])))


@pytest.fixture
def key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def ask(console, key):
    """A token request with a proof by botocore; the error's code where there is one."""
    client = boto3.client(
        "signin", region_name=console.region, endpoint_url=console.url,
        config=botocore.config.Config(
            signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}))
    proofs = []

    def prove(params, **_):
        params["headers"]["DPoP"] = proofs[-1](params["url"])

    client.meta.events.register("before-call.signin.CreateOAuth2Token", prove)

    def ask(proof=None, **fields):
        proofs.append(proof or (
            lambda url: botocore.credentials._build_dpop_header(crt_key(key), url)))
        try:
            return client.create_o_auth2_token(tokenInput=fields)["tokenOutput"]
        except botocore.exceptions.ClientError as error:
            return error.response["error"]

    return ask


def code(console, client=signin.SAME_DEVICE, redirect="http://127.0.0.1:54321/oauth/callback"):
    query = {
        "response_type": "code", "client_id": client, "state": "abc", "scope": "openid",
        "redirect_uri": redirect, "code_challenge_method": "SHA-256",
        "code_challenge": signin.encoded(hashlib.sha256(VERIFIER.encode()).digest())}

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.build_opener(Stay).open(
            f"{console.url}/v1/authorize?{urllib.parse.urlencode(query)}")
    place = urllib.parse.urlsplit(caught.value.headers["Location"])
    answer = dict(urllib.parse.parse_qsl(place.query))
    assert answer["state"] == "abc"
    return {"clientId": client, "grantType": "authorization_code", "code": answer["code"],
            "codeVerifier": VERIFIER, "redirectUri": redirect}


def test_a_code_is_redeemed_once(console, ask):
    fields = code(console)
    tokens = ask(**fields)
    assert tokens["accessToken"]["accessKeyId"] == console.issued[-1].key_id
    assert tokens["tokenType"] == "aws_sigv4" and tokens["expiresIn"] == 900
    claims = json.loads(signin.decoded(tokens["idToken"].split(".")[1]))
    assert claims["sub"] == console.identity
    assert ask(**fields) == "AUTHCODE_EXPIRED"


@pytest.mark.parametrize("change", [
    {"codeVerifier": "w" * 43}, {"redirectUri": "http://127.0.0.1:1/oauth/callback"},
    {"clientId": signin.CROSS_DEVICE}])
def test_a_code_of_somebody_else(console, ask, change):
    assert ask(**code(console) | change) == "INVALID_REQUEST"


def refresh(tokens, client=signin.SAME_DEVICE):
    return {"clientId": client, "grantType": "refresh_token",
            "refreshToken": tokens["refreshToken"]}


def test_refresh_tokens_rotate_and_end(console, ask):
    first = ask(**code(console))
    second = ask(**refresh(first))
    assert "idToken" not in second
    assert ask(**refresh(first)) == "TOKEN_EXPIRED"
    console.end("USER_CREDENTIALS_CHANGED")
    assert ask(**refresh(second)) == "USER_CREDENTIALS_CHANGED"


def test_a_refresh_token_is_bound_to_its_key_and_client(console, ask):
    tokens = ask(**code(console))
    other = ec.generate_private_key(ec.SECP256R1())

    def proof(url):
        return botocore.credentials._build_dpop_header(crt_key(other), url)

    assert ask(proof, **refresh(tokens)) == "INVALID_REQUEST"
    assert ask(**refresh(tokens, signin.CROSS_DEVICE)) == "INVALID_REQUEST"
    assert ask(**refresh(tokens))["refreshToken"]


def altered(part, change):
    """A proof, one of whose parts is changed before or after it is signed."""
    def proof(key, url):
        head, claims, signature = botocore.credentials._build_dpop_header(
            crt_key(key), url).split(".")
        parts = [head, claims, signature]
        if part == "signature":
            raw = bytearray(signin.decoded(signature))
            raw[-1] ^= 1
            parts[2] = signin.encoded(bytes(raw))
        else:
            index = ("head", "claims").index(part)
            fields = json.loads(signin.decoded(parts[index])) | change
            parts[index] = signin.encoded(json.dumps(fields).encode())
        return ".".join(parts)

    return proof


@pytest.mark.parametrize("make", [
    altered("signature", None), altered("claims", {"htm": "GET"}), altered("head", {"typ": "JWT"}),
    lambda key, url: botocore.credentials._build_dpop_header(crt_key(key), url + "/more"),
    lambda key, url: botocore.credentials._build_dpop_header(crt_key(key), url, "same"),
    lambda key, url: "no proof",
])
def test_proofs_that_are_none(console, ask, key, make):
    ask(lambda url: botocore.credentials._build_dpop_header(crt_key(key), url, "same"),
        **code(console))
    assert ask(lambda url: make(key, url), **code(console)) == "INVALID_REQUEST"
    assert console.violations.pop()


def test_an_old_proof(console, ask, key):
    def proof(url):
        return botocore.credentials._build_dpop_header(crt_key(key), url, ts=1_700_000_000)

    assert ask(proof, **code(console)) == "TOKEN_EXPIRED"


def test_what_does_not_fit_the_model_is_noted(console):
    request = urllib.request.Request(
        console.url + "/v1/token", json.dumps({"client": "x"}).encode(),
        {"Content-Type": "application/json", "DPoP": "x"})
    with pytest.raises(OSError):
        urllib.request.urlopen(request)
    assert console.violations.pop()


def test_botocores_provider(console, key, tmp_path, monkeypatch):
    """A token on the disk is refreshed, with a proof by the key beside it."""
    (tmp_path / "config").write_text(console.config())
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name, value in console.variables().items():
        monkeypatch.setenv(name, value)
    tokens = console.sign_in(key)
    cache = botocore.utils.JSONFileCache(str(tmp_path))
    name = botocore.utils.generate_login_cache_key(console.identity)
    cache[name] = {
        "accessToken": tokens["accessToken"] | {
            "accountId": "111122223333", "expiresAt": "2020-01-01T00:00:00Z"},
        "tokenType": "aws_sigv4", "clientId": signin.SAME_DEVICE, "idToken": tokens["idToken"],
        "refreshToken": tokens["refreshToken"], "dpopKey": pem(key)}
    session = botocore.session.Session(profile="me")
    provider = botocore.credentials.LoginProvider(
        lambda: session.full_config, session.create_client, "me", token_cache=cache)
    credentials = provider.load().get_frozen_credentials()
    assert credentials.access_key == console.issued[-1].key_id
    assert credentials.token == console.issued[-1].token and len(console.issued) == 2
    assert cache[name]["refreshToken"] == console.sign_ins[0].refresh[-1]
