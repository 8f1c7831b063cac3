"""The console's sign-in service: its pages and CreateOAuth2Token.

What a token request has is read off botocore's service model; a request that does not fit it is
refused as AWS would and noted in `violations`. Beyond the model, the server checks what AWS checks:
PKCE, redirects, proofs of possession (RFC 9449), that a refresh token is used once and with the key
that it was given for, and in the region of its sign-in.
"""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import botocore.loaders
import botocore.model
import botocore.validate
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .sso import Front

SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE = "arn:aws:signin:::devtools/cross-device"
#: The status and shape of an error, by its code.
ERRORS = {
    "TOKEN_EXPIRED": (401, "AccessDeniedException"),
    "AUTHCODE_EXPIRED": (401, "AccessDeniedException"),
    "USER_CREDENTIALS_CHANGED": (403, "AccessDeniedException"),
    "INSUFFICIENT_PERMISSIONS": (403, "AccessDeniedException"),
    "INVALID_REQUEST": (400, "ValidationException"),
    "rate_exceeded": (429, "TooManyRequestsError"),
    "server_error": (500, "InternalServerException"),
}


class SignInError(Exception):
    def __init__(self, code, message="Injected by the test."):
        self.code, self.message = code, message


@dataclass
class SignIn:
    """A person's sign-in, which all of its tokens end with."""

    identity: str
    region: str
    key: tuple  # the public point that its tokens are bound to
    client: str
    ends: float
    state: str = ""  # an error's code, once it is over
    refresh: list = field(default_factory=list)


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text):
    if "=" in text:
        raise ValueError("padded")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

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
            self.server.console.serve(self, body)
        except SignInError as error:
            status, shape = ERRORS[error.code]
            self.answer(status, {"error": error.code, "message": error.message},
                        [("x-amzn-ErrorType", shape)])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = serve


def refused(code):
    """A fault: the next request is answered with this error."""

    def fault(handler):
        raise SignInError(code)

    return fault


class Console:
    """The server as tests see it. `person` says what the person at the browser does: "allow",
    "deny", or None for nothing. Credentials are those of an identity that the local STS knows."""

    def __init__(self, sts, region="eu-west-1"):
        model = botocore.model.ServiceModel(
            botocore.loaders.Loader().load_service_model("signin", "service-2"))
        self._operation = model.operation_model("CreateOAuth2Token")
        self.sts, self.region = sts, region
        # One of its own: the kernel's keyring is the same for tests that run beside each other.
        self.identity = f"arn:aws:iam::111122223333:user/alice-{secrets.token_hex(4)}"
        self.person = "allow"
        self.seconds = 900
        self.calls = []  # the parameters of each token request
        self.pages = []  # the query of each page that was asked for
        self.proofs = set()
        self.violations = []
        self.codes, self.sign_ins, self.issued = {}, [], []
        self.clock_offset = 0
        self._trusting = None
        self._faults = defaultdict(list)
        self._lock = threading.RLock()
        self._front = Front(("127.0.0.1", 0), Handler)
        self._front.console = self
        self.url = f"http://127.0.0.1:{self._front.server_port}"
        threading.Thread(target=self._front.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._front.shutdown()
        self._front.server_close()

    def use_tls(self, certificate, key):
        """From now on it is to be asked over TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._front.socket = context.wrap_socket(self._front.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")
        # The browser is not what is tested.
        self._trusting = ssl._create_unverified_context()

    # For tests.

    def variables(self):
        return {"AWS_ENDPOINT_URL_SIGNIN": self.url}

    def config(self, profile="me", more=""):
        return f"[profile {profile}]\nlogin_session = {self.identity}\nregion = {self.region}\n{more}"

    def inject(self, *faults):
        """What happens to the next token requests, one each."""
        self._faults["token"] += faults

    def grants(self):
        return [call["grantType"] for call in self.calls]

    def secrets(self):
        """Everything that must not be seen anywhere."""
        with self._lock:
            return set(self.codes) | {
                token for sign_in in self.sign_ins for token in sign_in.refresh
            } | {call["codeVerifier"] for call in self.calls if "codeVerifier" in call}

    def end(self, code="TOKEN_EXPIRED"):
        """Ends every sign-in, so that a renewal is answered with this code."""
        for sign_in in self.sign_ins:
            sign_in.state = code

    def sign_in(self, key, identity=None, client=SAME_DEVICE):
        """A person's tokens without a browser, bound to a private key of cryptography's."""
        numbers = key.public_key().public_numbers()
        with self._lock:
            return self._tokens(self._begin(
                identity or self.identity, self.region, (numbers.x, numbers.y), client),
                with_id=True)

    def visit(self, url):
        """What a browser does that is sent to `url` and follows where it leads."""
        with urllib.request.urlopen(url, timeout=20, context=self._trusting) as answer:
            return answer.read().decode()

    # Serving.

    def _place(self, headers):
        """The URL that a request was sent to, less its path."""
        return f"{self.url.partition(':')[0]}://{headers['Host']}"

    def _region_of(self, headers):
        """The region whose service was asked."""
        region, _, name = headers["Host"].partition(".")
        return region if name == "signin.aws.amazon.com" else self.region

    def serve(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        match handler.command, url.path:
            case "GET", "/v1/authorize":
                return self._authorize(handler, query)
            case "GET", "/v1/sessions/confirmation":
                text = urllib.parse.urlencode({name: query[name] for name in ("state", "code")})
                return handler.answer(200, body=base64.b64encode(text.encode()))
            case "POST", "/v1/token":
                return self._token(handler, body)
        return handler.answer(404, {"message": "no such operation"})

    def _authorize(self, handler, query):
        def refuse(reason):
            self.violations.append(f"authorize: {reason}")
            handler.answer(400, {"error": "INVALID_REQUEST", "message": reason})

        self.pages.append(query)
        redirect = query.get("redirect_uri", "")
        place = urllib.parse.urlsplit(redirect)
        if query.get("client_id") == SAME_DEVICE:
            good = (place.scheme, place.hostname, place.path) == (
                "http", "127.0.0.1", "/oauth/callback") and place.port
        elif query.get("client_id") == CROSS_DEVICE:
            good = redirect == f"{self._place(handler.headers)}/v1/sessions/confirmation"
        else:
            return refuse("client_id")
        if not good:
            return refuse("redirect_uri")
        if query.get("response_type") != "code" or not query.get("state"):
            return refuse("response_type and state")
        if query.get("scope") != "openid":
            return refuse("scope")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "SHA-256" or len(challenge) != 43:
            return refuse("code_challenge")
        if self.person is None:
            return handler.answer(200, body=b"<!doctype html><title>Sign in</title>")
        answer = {"state": query["state"]}
        if self.person == "deny":
            answer |= {"error": "access_denied", "error_description": "The person said no"}
        else:
            answer["code"] = "made-up-console-code-" + secrets.token_hex(16)
            self.codes[answer["code"]] = {
                "client": query["client_id"], "redirect": redirect, "challenge": challenge,
                "identity": self.identity, "used": False}
        target = f"{redirect}?{urllib.parse.urlencode(answer)}"
        return handler.answer(302, body=b"", headers=[("Location", target)])

    def _token(self, handler, body):
        try:
            params = self._parse(handler.headers, body)
            key = self._proof(handler.headers)
        except (ValueError, KeyError, TypeError, InvalidSignature) as error:
            self.violations.append(f"token: {error!r}")
            raise SignInError("INVALID_REQUEST", repr(error)) from None
        with self._lock:
            self.calls.append(params)
            fault = self._faults["token"].pop(0) if self._faults["token"] else None
        if fault and fault(handler):
            return None
        region = self._region_of(handler.headers)
        with self._lock:
            if params["grantType"] == "refresh_token":
                result = self._tokens(self._bearer(params, region, key))
            else:
                result = self._redeemed(params, region, key)
        return handler.answer(200, result)

    def _parse(self, headers, body):
        if headers.get("Content-Type") != "application/json" or headers.get("Authorization"):
            raise ValueError("not an unsigned request of JSON")
        shape = self._operation.input_shape.members["tokenInput"]
        fields = json.loads(body)
        names = {member.serialization.get("name", name): name
                 for name, member in shape.members.items()}
        params = {names[name]: value for name, value in fields.items()}
        report = botocore.validate.ParamValidator().validate(params, shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
        return params

    def _proof(self, headers):
        """The public point of the key that the request proves to have."""
        head, claims, signature = headers["DPoP"].split(".")
        fields, said = json.loads(decoded(head)), json.loads(decoded(claims))
        jwk = fields["jwk"]
        if set(fields) != {"typ", "alg", "jwk"} or set(jwk) != {"kty", "crv", "x", "y"}:
            raise ValueError(f"fields {sorted(fields)}, {sorted(jwk)}")
        if (fields["typ"], fields["alg"], jwk["kty"], jwk["crv"]) != (
                "dpop+jwt", "ES256", "EC", "P-256"):
            raise ValueError("not a proof with ES256")
        x, y, raw = decoded(jwk["x"]), decoded(jwk["y"]), decoded(signature)
        if (len(x), len(y), len(raw)) != (32, 32, 64):
            raise ValueError("lengths")
        point = int.from_bytes(x), int.from_bytes(y)
        public = ec.EllipticCurvePublicNumbers(*point, ec.SECP256R1()).public_key()
        public.verify(
            encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
            f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        if said["htm"] != "POST" or said["htu"] != f"{self._place(headers)}/v1/token":
            raise ValueError(f"a proof for {said['htm']} {said['htu']}")
        if not said["jti"] or said["jti"] in self.proofs:
            raise ValueError("a proof that was used before")
        self.proofs.add(said["jti"])
        if abs(said["iat"] - time.time() - self.clock_offset) > 300:
            raise SignInError("TOKEN_EXPIRED", "The proof is too old")
        return point

    def _begin(self, identity, region, key, client):
        self.sign_ins.append(SignIn(identity, region, key, client, time.time() + 12 * 3600))
        return self.sign_ins[-1]

    def _redeemed(self, params, region, key):
        code = self.codes.get(params.get("code"))
        if code is None or code["used"]:
            raise SignInError("AUTHCODE_EXPIRED", "The code is over")
        digest = hashlib.sha256(params.get("codeVerifier", "").encode()).digest()
        if (code["client"] != params["clientId"] or code["redirect"] != params.get("redirectUri")
                or code["challenge"] != encoded(digest)):
            raise SignInError("INVALID_REQUEST", "The code is another's")
        code["used"] = True
        return self._tokens(
            self._begin(code["identity"], region, key, params["clientId"]), with_id=True)

    def _bearer(self, params, region, key):
        for sign_in in self.sign_ins:
            if params.get("refreshToken") not in sign_in.refresh:
                continue
            if sign_in.state:
                raise SignInError(sign_in.state, "The sign-in is over")
            if sign_in.ends <= time.time() or params["refreshToken"] != sign_in.refresh[-1]:
                raise SignInError("TOKEN_EXPIRED", "The refresh token is over")
            if (sign_in.key, sign_in.client) != (key, params["clientId"]):
                raise SignInError("INVALID_REQUEST", "The refresh token is another's")
            if sign_in.region != region:
                raise SignInError("INVALID_REQUEST", "The refresh token is another region's")
            return sign_in
        raise SignInError("INVALID_REQUEST", "No such refresh token")

    def _tokens(self, sign_in, with_id=False):
        identity = self.sts.stranger(sign_in.identity, token=True)
        self.issued.append(identity)
        sign_in.refresh.append("made-up-console-refresh-token-" + secrets.token_hex(40))
        tokens = {
            "accessToken": {"accessKeyId": identity.key_id, "secretAccessKey": identity.secret,
                            "sessionToken": identity.token},
            "tokenType": "aws_sigv4", "expiresIn": self.seconds,
            "refreshToken": sign_in.refresh[-1]}
        if with_id:
            claims = {"sub": sign_in.identity, "aud": sign_in.client, "iat": int(time.time()),
                      "exp": int(time.time()) + 900}
            tokens["idToken"] = ".".join(
                encoded(part) for part in (b'{"alg":"ES384"}', json.dumps(claims).encode(), b"x"))
        return tokens
