"""OpenID providers: the mock of PyPI as it is, and one of our own that can be told to err.

The second checks what it is sent as a provider would: the client, its secret, the redirect URI, the
verifier, codes that count once, refresh tokens that rotate. What does not fit is in `violations`.
Its ID tokens are signed for real; the STS of the rig takes those alone that it issued itself.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwk, jwt

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CLIENT = "credtool-client"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class OAuthError(Exception):
    def __init__(self, code, description="", status=400):
        self.code, self.description, self.status = code, description, status


@dataclass
class Device:
    user_code: str
    interval: int
    state: str = "pending"
    polls: list = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def answer(self, status, document, headers=()):
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in [("Content-Type", "application/json"),
                            ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        try:
            self.server.provider.serve(self, url.path, query, form)
        except OAuthError as error:
            self.answer(error.status,
                        {"error": error.code, "error_description": error.description})
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = serve


class Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # clients may hang up


class OpenIDProvider:
    """A provider with one client, which is public unless `client_secret` is set."""

    def __init__(self, sts):
        self.sts = sts
        self.client_secret = None
        self.secret_methods = ["client_secret_basic", "client_secret_post"]  # None: not said
        self.device_seconds = 600
        self.has_complete_page = True
        self.token_seconds = 3600
        self.gives_refresh_token = True
        self.rotates = True
        self.refresh_gives_id_token = True
        self.has_devices = True
        self.person = "allow"
        self.subject = "me@example.com"
        self.interval = 1
        self.configuration = {}  # what takes the place of the provider's own words
        self.claims = {}  # the same of ID tokens; None leaves a claim out
        self.header = {}
        self.faults = {}  # errors in the place of answers, by grant
        self.rsa = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.ec = jwk.ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
        self.key, self.algorithm = self.rsa, "RS256"
        self.published = [self.rsa, self.ec]
        self.codes, self.devices, self.refresh_tokens = {}, {}, set()
        self.spent, self.revoked = set(), []
        self.grants = []  # what was asked at the token endpoint, in its order
        self.grant_times = []
        self.asked = []  # paths
        self.violations = []
        self.known_secrets = []
        self._lock = threading.Lock()
        self._front = Front(("127.0.0.1", 0), Handler)
        self._front.provider = self
        threading.Thread(target=self._front.serve_forever, daemon=True).start()

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self._front.server_port}"

    def close(self):
        self._front.shutdown()
        self._front.server_close()

    def config(self, role, profile="dev", more=""):
        return (f"[profile {profile}]\nrole_arn = {role}\noidc_issuer = {self.issuer}\n"
                f"oidc_client_id = {CLIENT}\n{more}")

    # What a person does.

    def visit(self, page):
        """A browser that follows the provider's redirect; the page that it ends on."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(page, timeout=20) as answer:
            return answer.read().decode()

    def decide(self, user_code, allow=True):
        device = next(one for one in self.devices.values() if one.user_code == user_code)
        device.state = "allowed" if allow else "denied"

    # What a client does.

    def serve(self, handler, path, query, form):
        with self._lock:
            self.asked.append(path)
            match path:
                case "/.well-known/openid-configuration":
                    handler.answer(200, self._configuration())
                case "/keys":
                    handler.answer(200, {"keys": [
                        key.as_dict(private=False) for key in self.published]})
                case "/authorize":
                    self._authorize(handler, query)
                case "/device":
                    handler.answer(200, self._device(form, handler.headers))
                case "/token":
                    handler.answer(200, self._token(form, handler.headers))
                case "/revoke":
                    self._client(form, handler.headers)
                    self.revoked.append(form.get("token"))
                    handler.answer(200, {})
                case _:
                    handler.answer(404, {})

    def _configuration(self):
        words = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "token_endpoint_auth_methods_supported": self.secret_methods,
        }
        if self.has_devices:
            words["device_authorization_endpoint"] = f"{self.issuer}/device"
        words |= self.configuration
        return {name: value for name, value in words.items() if value is not None}

    def _expect(self, holds, what):
        if not holds:
            self.violations.append(what)
            raise OAuthError("invalid_request", what)

    def _authorize(self, handler, query):
        self._expect(query.get("response_type") == "code", "response_type")
        self._expect(query.get("tenant") == "1", "the endpoint's own query")
        self._expect(query.get("client_id") == CLIENT, "client_id")
        self._expect("client_secret" not in query, "a secret in an address")
        self._expect(query.get("code_challenge_method") == "S256", "code_challenge_method")
        self._expect(len(query.get("code_challenge", "")) == 43, "code_challenge")
        self._expect("openid" in query.get("scope", "").split(), "scope")
        self._expect(query.get("state") and query.get("nonce"), "state and nonce")
        answer = {"state": query["state"]}
        if self.person == "allow":
            code = secrets.token_urlsafe(20)
            self.codes[code] = query
            self.known_secrets.append(code)
            answer["code"] = code
        else:
            answer["error"] = self.person
        where = query["redirect_uri"] + "?" + urllib.parse.urlencode(answer)
        handler.answer(302, {}, [("Location", where)])

    def _client(self, form, headers):
        self.violations += [] if form.get("client_id") in (CLIENT, None) else ["client_id"]
        secret, header = form.get("client_secret"), headers["Authorization"]
        if self.client_secret and "client_secret_post" not in (self.secret_methods or []):
            self._expect(secret is None, "a secret in a form that may not have it")
            kind, _, pair = (header or "").partition(" ")
            name, _, secret = base64.b64decode(pair).decode().partition(":")
            self._expect((kind, urllib.parse.unquote_plus(name)) == ("Basic", CLIENT), "Basic")
            secret = urllib.parse.unquote_plus(secret)
        else:
            self._expect(header is None, "a header that nobody asked for")
            self._expect(form.get("client_id") == CLIENT, "client_id")
        if secret != self.client_secret:
            raise OAuthError("invalid_client", "The secret is wrong.", status=401)

    def _device(self, form, headers):
        self._client(form, headers)
        code, user_code = secrets.token_urlsafe(20), f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        self.devices[code] = Device(user_code, self.interval)
        self.known_secrets.append(code)
        page = f"{self.issuer}/activate"
        answer = {"device_code": code, "user_code": user_code, "verification_uri": page,
                  "expires_in": self.device_seconds, "interval": self.interval}
        if self.has_complete_page:
            answer["verification_uri_complete"] = f"{page}?user_code={user_code}"
        return answer

    def _token(self, form, headers):
        grant = form.get("grant_type")
        self.grants.append(grant)
        self.grant_times.append(time.monotonic())
        self._client(form, headers)
        if self.faults.get(grant):
            raise self.faults[grant].pop(0)
        match grant:
            case "authorization_code":
                query = self.codes.pop(form.get("code"), None)
                if query is None:
                    raise OAuthError("invalid_grant", "The code is unknown.")
                self._expect(form.get("redirect_uri") == query["redirect_uri"], "redirect_uri")
                challenge = encoded(
                    hashlib.sha256(form.get("code_verifier", "").encode()).digest())
                self._expect(challenge == query["code_challenge"], "code_verifier")
                return self._tokens(nonce=query["nonce"])
            case "refresh_token":
                token = form.get("refresh_token")
                if token not in self.refresh_tokens:
                    self._expect(token not in self.spent, "a refresh token that was spent")
                    raise OAuthError("invalid_grant", "The token is unknown.")
                if self.rotates:
                    self.refresh_tokens.discard(token)
                    self.spent.add(token)
                return self._tokens(is_refresh=True)
            case _ if grant == DEVICE_GRANT:
                device = self.devices.get(form.get("device_code"))
                self._expect(device is not None, "device_code")
                device.polls.append(time.monotonic())
                if device.state == "pending":
                    raise OAuthError("authorization_pending")
                if device.state == "denied":
                    raise OAuthError("access_denied")
                return self._tokens()
        raise OAuthError("unsupported_grant_type")

    def _tokens(self, nonce=None, is_refresh=False):
        answer = {"access_token": secrets.token_urlsafe(20), "token_type": "Bearer",
                  "expires_in": self.token_seconds}
        if not is_refresh or self.refresh_gives_id_token:
            answer["id_token"] = self.id_token(nonce)
        if self.gives_refresh_token and (not is_refresh or self.rotates):
            answer["refresh_token"] = secrets.token_urlsafe(30)
            self.refresh_tokens.add(answer["refresh_token"])
        self.known_secrets += [answer[name] for name in ("access_token", "id_token",
                                                         "refresh_token") if name in answer]
        return answer

    def id_token(self, nonce=None):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now,
                  "exp": now + self.token_seconds, "nonce": nonce} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid} | self.header
        if header["alg"] in ("none", "HS256"):
            text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
            # The public key as the secret of another algorithm: anybody could sign so.
            code = hmac.digest(self.rsa.as_pem(private=False), text.encode(), "sha256")
            token = f"{text}.{encoded(code) if header['alg'] == 'HS256' else ''}"
        else:
            token = jwt.encode(header, claims, self.key, algorithms=[header["alg"]])
        self.sts.web_identity_tokens.add(token)
        return token


class SignedBy:
    """The tokens that a provider's published keys vouch for, as STS would look at them."""

    def __init__(self, issuer, audience):
        self.issuer, self.audience = issuer, audience

    def __contains__(self, token):
        with urllib.request.urlopen(f"{self.issuer}/jwks", timeout=20) as answer:
            keys = jwk.KeySet.import_key_set(json.load(answer))
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        return claims["iss"] == self.issuer and self.audience in audience
