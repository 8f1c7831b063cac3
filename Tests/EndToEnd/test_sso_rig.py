"""The Identity Center of the rig: botocore's own clients and providers work against it, and what
it is there to refuse is refused."""

import base64
import hashlib
import http.client
import json
import urllib.parse
import urllib.request

import boto3
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.session
import botocore.tokens
import botocore.utils
import pytest

from rig import sso


def client(center, service):
    unsigned = botocore.config.Config(signature_version=botocore.UNSIGNED,
                                      retries={"total_max_attempts": 1})
    return boto3.client(
        service, region_name=center.region, endpoint_url=center.url, config=unsigned)


@pytest.fixture
def oidc(center):
    return client(center, "sso-oidc")


def code_of(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response.get("error") or caught.value.response["Error"]["Code"]


def register(oidc, center, *grants):
    made = oidc.register_client(
        clientName="test", clientType="public", scopes=[sso.SCOPE], grantTypes=list(grants),
        redirectUris=["http://127.0.0.1/oauth/callback"], issuerUrl=center.start_url)
    return {name: made[name] for name in ("clientId", "clientSecret")}


def test_device_flow(center, oidc):
    who = register(oidc, center, sso.DEVICE_GRANT, "refresh_token")
    device = oidc.start_device_authorization(startUrl=center.start_url, **who)
    redeem = {"grantType": sso.DEVICE_GRANT, "deviceCode": device["deviceCode"], **who}
    assert code_of(oidc.create_token, **redeem) == "authorization_pending"
    assert code_of(oidc.create_token, **redeem) == "slow_down"
    center.devices[device["deviceCode"]].interval = 0
    center.approve(device["userCode"])
    assert oidc.create_token(**redeem)["refreshToken"]
    assert code_of(oidc.create_token, **redeem) == "invalid_grant"


@pytest.mark.parametrize("change, code", [
    (lambda center, device: center.approve(device["userCode"], allow=False), "access_denied"),
    (lambda center, device: setattr(center.devices[device["deviceCode"]], "expires", 0),
     "expired_token"),
    (lambda center, device: setattr(center, "is_elsewhere", True), "invalid_request"),
    (lambda center, device: center.clients.clear(), "invalid_client"),
])
def test_device_flow_is_refused(center, oidc, change, code):
    who = register(oidc, center, sso.DEVICE_GRANT)
    device = oidc.start_device_authorization(startUrl=center.start_url, **who)
    change(center, device)
    redeem = {"grantType": sso.DEVICE_GRANT, "deviceCode": device["deviceCode"], **who}
    assert code_of(oidc.create_token, **redeem) == code


def test_code_flow_checks_the_verifier(center, oidc):
    who = register(oidc, center, "authorization_code", "refresh_token")
    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    redirect = "http://127.0.0.1:54321/oauth/callback"
    query = {
        "response_type": "code", "client_id": who["clientId"], "redirect_uri": redirect,
        "state": "abc", "code_challenge_method": "S256", "scopes": sso.SCOPE,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}
    center.person = "allow"

    def code():
        connection = http.client.HTTPConnection("127.0.0.1", center.port)
        connection.request("GET", "/authorize?" + urllib.parse.urlencode(query))
        place = urllib.parse.urlsplit(connection.getresponse().getheader("Location"))
        answer = dict(urllib.parse.parse_qsl(place.query))
        assert answer["state"] == "abc" and place.port == 54321
        return answer["code"]

    redeem = {"grantType": "authorization_code", "redirectUri": redirect, **who}
    assert code_of(oidc.create_token, code=code(), codeVerifier="w" * 43, **redeem) == (
        "invalid_grant")
    assert oidc.create_token(code=code(), codeVerifier=verifier, **redeem)["accessToken"]


def test_refresh_tokens_rotate(center, oidc):
    token = center.sign_in()
    who = {name: token[name] for name in ("clientId", "clientSecret")}
    redeem = {"grantType": "refresh_token", **who}
    new = oidc.create_token(refreshToken=token["refreshToken"], **redeem)
    assert code_of(oidc.create_token, refreshToken=token["refreshToken"], **redeem) == (
        "invalid_grant")
    assert oidc.create_token(refreshToken=new["refreshToken"], **redeem)["accessToken"]
    center.end_sessions()
    assert code_of(oidc.create_token, refreshToken=new["refreshToken"], **redeem) == (
        "invalid_grant")


def test_portal(center):
    portal = client(center, "sso")
    for number in range(45):
        center.assign("Reader", f"{number:012}")
    token = center.sign_in()["accessToken"]
    pages = portal.get_paginator("list_accounts").paginate(accessToken=token)
    assert len([account for page in pages for account in page["accountList"]]) == 46
    roles = portal.list_account_roles(accessToken=token, accountId="111122223333")["roleList"]
    assert [role["roleName"] for role in roles] == ["Admin"]
    wanted = {"accessToken": token, "accountId": "111122223333"}
    made = portal.get_role_credentials(roleName="Admin", **wanted)["roleCredentials"]
    assert made["accessKeyId"] == center.issued[-1].key_id
    assert code_of(portal.get_role_credentials, roleName="Admon", **wanted) == (
        "ForbiddenException")
    portal.logout(accessToken=token)
    assert code_of(portal.get_role_credentials, roleName="Admin", **wanted) == (
        "UnauthorizedException")


def test_what_does_not_fit_the_model_is_noted(center):
    request = urllib.request.Request(
        center.url + "/token", json.dumps({"clientId": "x", "verifier": "y"}).encode(),
        {"Content-Type": "application/json"})
    with pytest.raises(OSError):
        urllib.request.urlopen(request)
    assert "unknown parameters: ['verifier']" in center.violations.pop()


def test_botocores_providers(center, tmp_path, monkeypatch):
    """A token on the disk is refreshed, and gives the credentials of a role."""
    config = tmp_path / "config"
    config.write_text(center.config())
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name, value in center.variables().items():
        monkeypatch.setenv(name, value)
    token = center.sign_in()
    name = hashlib.sha1(b"my-sso").hexdigest()
    cache = botocore.utils.JSONFileCache(
        str(tmp_path), dumps_func=botocore.tokens._sso_json_dumps)
    cache[name] = {
        "startUrl": center.start_url, "region": center.region, "expiresAt": "2020-01-01T00:00:00Z",
        "accessToken": "x", "refreshToken": token["refreshToken"], "clientId": token["clientId"],
        "clientSecret": token["clientSecret"], "registrationExpiresAt": "2099-01-01T00:00:00Z"}
    session = botocore.session.Session(profile="dev")
    provider = botocore.tokens.SSOTokenProvider(session, cache=cache, profile_name="dev")
    assert provider.load_token().get_frozen_token().token in center.tokens
    assert center.operations() == ["CreateToken"]
    sso_provider = botocore.credentials.SSOProvider(
        lambda: session.full_config, session.create_client, "dev", token_cache=cache,
        token_provider=provider)
    credentials = sso_provider.load().get_frozen_credentials()
    assert credentials.access_key == center.issued[-1].key_id
    assert credentials.token == center.issued[-1].token
