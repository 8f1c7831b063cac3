"""IAM Identity Center: its sign-in service (SSO-OIDC) and its access portal (SSO), in one server.

What the two take and give is read off botocore's service models: a request that does not fit its
model is refused as AWS would and noted in `violations`. Beyond the models, the server checks
what AWS checks: registrations, grant types, PKCE, device codes, scopes, rotated refresh tokens.
"""

import base64
import collections
import hashlib
import json
import secrets
import socket
import struct
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import botocore.loaders
import botocore.model
import botocore.validate

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "sso:account:access"
START_URL = "https://d-1234567890.awsapps.com/start"
REGION = "eu-central-1"
#: The code that OAuth has for an error of the sign-in service, and its shape in the model.
OAUTH = {
    "authorization_pending": ("AuthorizationPendingException", 400),
    "slow_down": ("SlowDownException", 400),
    "expired_token": ("ExpiredTokenException", 400),
    "access_denied": ("AccessDeniedException", 400),
    "invalid_grant": ("InvalidGrantException", 400),
    "invalid_request": ("InvalidRequestException", 400),
    "invalid_scope": ("InvalidScopeException", 400),
    "invalid_redirect_uri": ("InvalidRedirectUriException", 400),
    "invalid_client": ("InvalidClientException", 401),
    "unauthorized_client": ("UnauthorizedClientException", 400),
    "unsupported_grant_type": ("UnsupportedGrantTypeException", 400),
    "server_error": ("InternalServerException", 500),
}
PORTAL = {"InvalidRequestException": 400, "UnauthorizedException": 401, "ForbiddenException": 403,
          "ResourceNotFoundException": 404, "TooManyRequestsException": 429}


class OAuthError(Exception):
    def __init__(self, code, description=""):
        self.code, self.description = code, description


class PortalError(Exception):
    def __init__(self, shape, message, status=None):
        self.shape, self.message = shape, message
        self.status = status or PORTAL[shape]


@dataclass
class Client:
    """A registered client."""

    secret: str
    expires: float
    scopes: list
    grants: list
    redirects: list


@dataclass
class Device:
    """A device that waits for a person."""

    client: str
    user_code: str
    expires: float
    interval: int
    state: str = "pending"
    polled: float = 0


@dataclass
class Grant:
    """A person's sign-in at the portal, which all of its tokens end with."""

    client: str
    user: str
    ends: float
    is_over: bool = False
    refresh: list = field(default_factory=list)  # the refresh tokens in their order


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.server.center.clock_offset)

    def answer(self, status, document=None, headers=(), body=None):
        body = json.dumps(document or {}).encode() if body is None else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.server.center.serve(self, body)
        except OAuthError as error:
            shape, status = OAUTH[error.code]
            self.answer(
                status, {"error": error.code, "error_description": error.description},
                [("x-amzn-ErrorType", shape)])
        except PortalError as error:
            self.answer(error.status, {"message": error.message, "__type": error.shape},
                        [("x-amzn-ErrorType", error.shape)])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = serve


class Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # clients may hang up


# Faults: each takes the request handler and returns whether it has dealt with the request.


def oauth(code, description="Injected by the test."):
    def fault(handler):
        raise OAuthError(code, description)

    return fault


def portal(shape, message="Injected by the test.", status=None):
    def fault(handler):
        raise PortalError(shape, message, status)

    return fault


def raw(body, status=200):
    def fault(handler):
        handler.answer(status, body=body)
        return True

    return fault


def late(seconds):
    """The right answer, later."""

    def fault(handler):
        handler.server.center.released.wait(seconds)
        return False

    return fault


def closed():
    """The connection is reset after the request was read."""

    def fault(handler):
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.close_connection = True
        handler.connection.close()
        return True

    return fault


class IdentityCenter:
    """The server as tests see it: its address, its accounts and roles, what it was asked.

    `person` says what the person at the browser does: "allow", "deny", or None for nothing.
    Role credentials are those of an identity that the local STS knows.
    """

    def __init__(self, sts, start_url=START_URL, region=REGION):
        loader = botocore.loaders.Loader()
        self._operations = {}
        for service in ("sso", "sso-oidc"):
            model = botocore.model.ServiceModel(loader.load_service_model(service, "service-2"))
            for name in model.operation_names:
                operation = model.operation_model(name)
                http = operation.http
                if "?" not in http["requestUri"]:
                    self._operations[http["method"], http["requestUri"]] = operation
        self.sts, self.start_url, self.region = sts, start_url, region
        self.person = None
        self.calls = []  # (operation, parameters)
        self.violations = []
        self.clients, self.devices, self.codes = {}, {}, {}
        self.tokens, self.grants = {}, []
        self.accounts, self.roles = {}, collections.defaultdict(list)
        self.issued = []  # the identities that role credentials were given of
        self.access_seconds, self.device_seconds, self.interval = 3600, 600, 1
        self.registration_seconds = 90 * 86400
        self.role_seconds = 3600
        self.session_seconds = 8 * 3600
        self.is_elsewhere = False  # this region is not the portal's
        self.clock_offset = 0
        self.released = threading.Event()
        self._faults = collections.defaultdict(list)
        self._lock = threading.RLock()
        self._front = Front(("127.0.0.1", 0), Handler)
        self._front.center = self
        self.port = self._front.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._front.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.released.set()
        self._front.shutdown()
        self._front.server_close()

    # For tests.

    def variables(self):
        """The variables that lead here."""
        return {"AWS_ENDPOINT_URL_SSO": self.url, "AWS_ENDPOINT_URL_SSO_OIDC": self.url}

    def config(self, session="my-sso", profile="dev", account="111122223333", role="Admin",
               more=""):
        """A profile of an sso-session, and that section."""
        return (f"[profile {profile}]\nsso_session = {session}\nsso_account_id = {account}\n"
                f"sso_role_name = {role}\n[sso-session {session}]\n"
                f"sso_start_url = {self.start_url}\nsso_region = {self.region}\n{more}")

    def assign(self, role="Admin", account="111122223333", name=None):
        """Lets the person have a role in an account."""
        name = name or f"account-{account[-4:]}"
        self.accounts[account] = (name, f"{name}@example.com")
        self.roles[account].append(role)

    def inject(self, operation, *faults):
        """What happens to the next requests of an operation, one each."""
        self._faults[operation] += faults

    def operations(self):
        return [name for name, _ in self.calls]

    def secrets(self):
        """Everything that must not be seen anywhere."""
        with self._lock:
            refresh = [token for grant in self.grants for token in grant.refresh]
            return ({client.secret for client in self.clients.values()} | set(self.tokens)
                    | set(refresh) | set(self.codes) | set(self.devices))

    def sign_in(self, grants=(DEVICE_GRANT, "refresh_token"), scopes=(SCOPE,)):
        """A person's tokens without a browser: what a token file holds."""
        with self._lock:
            client = self._register({"scopes": list(scopes), "grantTypes": list(grants)})
            tokens = self._grant(client["clientId"])
            return {"clientId": client["clientId"], "clientSecret": client["clientSecret"],
                    "registrationExpiresAt": client["clientSecretExpiresAt"], **tokens}

    def end_sessions(self):
        """What an administrator does who revokes them."""
        for grant in self.grants:
            grant.is_over = True

    def approve(self, user_code, allow=True):
        """A person types the code and says yes or no."""
        with self._lock:
            for device in self.devices.values():
                if device.user_code == user_code:
                    device.state = "approved" if allow else "denied"
                    return
        raise AssertionError(f"nobody was given the code {user_code}")

    def visit(self, url):
        """What a browser does that is sent to `url` and follows where it leads."""
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read().decode()

    # Serving.

    def serve(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if (handler.command, url.path) == ("GET", "/authorize"):
            return self._authorize(handler, query)
        if (handler.command, url.path) == ("GET", "/device"):
            return self._device_page(handler, query)
        operation = self._operations.get((handler.command, url.path))
        if operation is None:
            return handler.answer(404, {"message": "no such operation"})
        try:
            params = self._parse(operation, query, handler.headers, body)
        except ValueError as error:
            self.violations.append(f"{operation.name}: {error}")
            if operation.service_model.service_name == "sso":
                raise PortalError("InvalidRequestException", str(error)) from None
            raise OAuthError("invalid_request", str(error)) from None
        with self._lock:
            self.calls.append((operation.name, params))
            faults = self._faults[operation.name]
            fault = faults.pop(0) if faults else None
        if fault and fault(handler):
            return None
        with self._lock:
            result = getattr(self, f"_{operation.name}")(params)
        if operation.output_shape:
            strange = set(result) - set(operation.output_shape.members)
            assert not strange, f"{operation.name} answers {strange}"
        return handler.answer(200, result)

    @staticmethod
    def _parse(operation, query, headers, body):
        """The parameters of a request, by the operation's model."""
        fields = {}
        if operation.http["method"] == "POST" and body:
            try:
                fields = json.loads(body)
            except ValueError:
                raise ValueError("the body is no JSON") from None
            if headers.get("Content-Type") != "application/json":
                raise ValueError(f"Content-Type {headers.get('Content-Type')}")
        if headers.get("Authorization"):
            raise ValueError("the operation takes no signature")
        params, known = {}, {"querystring": set(), "body": set()}
        for name, shape in operation.input_shape.members.items():
            location = shape.serialization.get("location")
            key = shape.serialization.get("name", name)
            place = {"querystring": query, "header": headers}.get(location, fields)
            known.setdefault(location or "body", set()).add(key)
            value = place.get(key)
            if value is not None:
                is_number = location and shape.type_name == "integer"
                params[name] = int(value) if is_number else value
        strange = set(query) - known["querystring"] | set(fields) - known["body"]
        if strange:
            raise ValueError(f"unknown parameters: {sorted(strange)}")
        report = botocore.validate.ParamValidator().validate(params, operation.input_shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
        return params

    # The sign-in service.

    def _register(self, params):
        name, secret = secrets.token_urlsafe(16), "made-up-client-secret-" + secrets.token_hex(40)
        now = int(time.time())
        expires = now + self.registration_seconds
        self.clients[name] = Client(
            secret, expires, params.get("scopes") or [],
            params.get("grantTypes") or [DEVICE_GRANT] + (
                ["refresh_token"] if params.get("scopes") else []),
            params.get("redirectUris") or [])
        return {"clientId": name, "clientSecret": secret, "clientIdIssuedAt": now,
                "clientSecretExpiresAt": expires}

    def _RegisterClient(self, params):
        if params["clientType"] != "public":
            raise OAuthError("invalid_request", "clientType")
        if set(params.get("scopes", ())) - {SCOPE, "openid", "codewhisperer:analysis"}:
            raise OAuthError("invalid_scope", "Invalid scope")
        grants = params.get("grantTypes") or []
        if set(grants) - {"authorization_code", "refresh_token", DEVICE_GRANT}:
            raise OAuthError("unsupported_grant_type", "grantTypes")
        if "authorization_code" in grants:
            if not params.get("redirectUris") or not params.get("issuerUrl"):
                raise OAuthError("invalid_request", "redirectUris and issuerUrl are needed")
            for uri in params["redirectUris"]:
                if not uri.startswith("http://127.0.0.1/"):
                    raise OAuthError("invalid_redirect_uri", "a loopback address without port")
        if params.get("issuerUrl") not in (None, self.start_url):
            raise OAuthError("invalid_request", "issuerUrl")
        return self._register(params)

    def _client(self, params, grant):
        client = self.clients.get(params["clientId"])
        if client is None or client.secret != params.get("clientSecret"):
            raise OAuthError("invalid_client", "Client authentication failed")
        if client.expires <= time.time():
            raise OAuthError("invalid_client", "The client's registration is over")
        if grant not in client.grants:
            raise OAuthError("unauthorized_client", f"not registered for {grant}")
        return client

    def _StartDeviceAuthorization(self, params):
        self._client(params, DEVICE_GRANT)
        if self.is_elsewhere or params["startUrl"] != self.start_url:
            raise OAuthError("invalid_request", "Invalid startUrl")
        code = "made-up-device-code-" + secrets.token_hex(16)
        letters = "BCDFGHJKLMNPQRSTVWXZ"
        user_code = "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in "ab")
        self.devices[code] = Device(
            params["clientId"], user_code, time.time() + self.device_seconds, self.interval,
            {"allow": "approved", "deny": "denied"}.get(self.person, "pending"))
        page = f"{self.url}/device"
        return {"deviceCode": code, "userCode": user_code, "verificationUri": page,
                "verificationUriComplete": f"{page}?user_code={user_code}",
                "expiresIn": self.device_seconds, "interval": self.interval}

    def _device_page(self, handler, query):
        if self.person and "user_code" in query:
            self.approve(query["user_code"], self.person == "allow")
        handler.answer(200, body=b"<!doctype html><title>Device</title><p>Thank you.")

    def _authorize(self, handler, query):
        """What the portal's page does when the person has said yes or no."""
        def refuse(reason):
            self.violations.append(f"authorize: {reason}")
            handler.answer(400, {"error": "invalid_request", "error_description": reason})

        client = self.clients.get(query.get("client_id"))
        if client is None or "authorization_code" not in client.grants:
            return refuse("client_id")
        redirect = urllib.parse.urlsplit(query.get("redirect_uri", ""))
        portless = f"{redirect.scheme}://{redirect.hostname}{redirect.path}"
        if portless not in client.redirects or not redirect.port:
            return refuse("redirect_uri")
        if query.get("response_type") != "code" or not query.get("state"):
            return refuse("response_type and state")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43 or "=" in challenge:
            return refuse("code_challenge")
        if not query.get("scopes") and not query.get("scope"):
            return refuse("scopes")
        if self.person is None:
            return handler.answer(200, body=b"<!doctype html><title>Sign in</title>")
        answer = {"state": query["state"]}
        if self.person == "deny":
            answer |= {"error": "access_denied", "error_description": "The person said no"}
        else:
            answer["code"] = code = "made-up-code-" + secrets.token_hex(16)
            self.codes[code] = {"client": query["client_id"], "challenge": challenge,
                                "redirect": query["redirect_uri"], "used": False}
        target = f"{query['redirect_uri']}?{urllib.parse.urlencode(answer)}"
        return handler.answer(302, body=b"", headers=[("Location", target)])

    def _grant(self, client):
        grant = Grant(client, "alice@example.com", time.time() + self.session_seconds)
        self.grants.append(grant)
        return self._tokens(grant)

    def _tokens(self, grant):
        access = "made-up-access-token-" + secrets.token_hex(60)
        self.tokens[access] = (time.time() + self.access_seconds, grant)
        tokens = {"accessToken": access, "tokenType": "Bearer", "expiresIn": self.access_seconds}
        client = self.clients[grant.client]
        if client.scopes and "refresh_token" in client.grants:
            grant.refresh.append("made-up-refresh-token-" + secrets.token_hex(60))
            tokens["refreshToken"] = grant.refresh[-1]
        return tokens

    def _CreateToken(self, params):
        kind = params["grantType"]
        if kind not in ("authorization_code", "refresh_token", DEVICE_GRANT):
            raise OAuthError("unsupported_grant_type", kind)
        self._client(params, kind)
        if self.is_elsewhere:
            raise OAuthError("invalid_request", "Invalid request")
        if kind == DEVICE_GRANT:
            return self._redeem_device(params)
        if kind == "authorization_code":
            return self._redeem_code(params)
        for grant in self.grants:
            if params.get("refreshToken") in grant.refresh:
                spent = params["refreshToken"] != grant.refresh[-1]
                if (spent or grant.is_over or grant.ends <= time.time()
                        or grant.client != params["clientId"]):
                    break
                return self._tokens(grant)
        raise OAuthError("invalid_grant", "Invalid refresh token provided")

    def _redeem_device(self, params):
        device = self.devices.get(params.get("deviceCode"))
        if device is None or device.client != params["clientId"] or device.state == "redeemed":
            raise OAuthError("invalid_grant", "Invalid device code")
        now = time.time()
        if device.expires <= now:
            raise OAuthError("expired_token", "The device code is over")
        # As fast as told is not too fast, whatever the network does to the pauses.
        if now - device.polled < device.interval * 0.7:
            device.interval += 5
            raise OAuthError("slow_down", "Too fast")
        device.polled = now
        if device.state == "denied":
            raise OAuthError("access_denied", "The person said no")
        if device.state == "pending":
            raise OAuthError("authorization_pending")
        device.state = "redeemed"
        return self._grant(params["clientId"])

    def _redeem_code(self, params):
        code = self.codes.get(params.get("code"))
        digest = hashlib.sha256(params.get("codeVerifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (code is None or code["used"] or code["client"] != params["clientId"]
                or code["redirect"] != params.get("redirectUri")
                or code["challenge"] != challenge
                or not 43 <= len(params["codeVerifier"]) <= 128):
            raise OAuthError("invalid_grant", "Invalid code")
        code["used"] = True
        return self._grant(params["clientId"])

    # The access portal.

    def _session(self, params):
        expires, grant = self.tokens.get(params["accessToken"], (0, None))
        if grant is None or expires <= time.time() or grant.is_over or self.is_elsewhere:
            raise PortalError("UnauthorizedException", "Session token not found or invalid")
        return grant

    @staticmethod
    def _page(params, values, name):
        size = params.get("maxResults", 20)
        start = int(params.get("nextToken") or 0)
        page = {name: values[start:start + size]}
        if start + size < len(values):
            page["nextToken"] = str(start + size)
        return page

    def _ListAccounts(self, params):
        self._session(params)
        return self._page(params, [
            {"accountId": account, "accountName": name, "emailAddress": email}
            for account, (name, email) in sorted(self.accounts.items())], "accountList")

    def _ListAccountRoles(self, params):
        self._session(params)
        account = params["accountId"]
        if account not in self.accounts:
            raise PortalError("ForbiddenException", "No access")
        return self._page(params, [
            {"roleName": role, "accountId": account} for role in self.roles[account]], "roleList")

    def _GetRoleCredentials(self, params):
        self._session(params)
        account, role = params["accountId"], params["roleName"]
        if role not in self.roles.get(account, ()):
            raise PortalError("ForbiddenException", "No access")
        arn = (f"arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{role}_0123456789abcdef/"
               "alice@example.com")
        identity = self.sts.stranger(arn, token=True)
        self.issued.append(identity)
        expiration = int((time.time() + self.role_seconds) * 1000)
        return {"roleCredentials": {
            "accessKeyId": identity.key_id, "secretAccessKey": identity.secret,
            "sessionToken": identity.token, "expiration": expiration}}

    def _Logout(self, params):
        self._session(params).is_over = True
        return {}
