"""A local STS: moto's server behind a front that checks, records and can misbehave.

The front does what moto leaves out: it verifies every SigV4 signature by the book, knows which
roles exist and what they ask for, checks MFA codes, and answers in AWS's own words.
"""

import base64
import collections
import datetime
import hashlib
import hmac
import http.client
import logging
import secrets
import socket
import ssl
import struct
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

ACCOUNT = "123456789012"
NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
#: What IAM is asked through the front; the user may be left out, as on AWS.
OF_THE_CALLING_USER = {"ListMFADevices", "ListAccessKeys", "ListGroupsForUser", "GetUser",
                       "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"}
IAM_ACTIONS = OF_THE_CALLING_USER | {
    "ListAccountAliases", "GetRole", "ListAttachedUserPolicies", "ListUserPolicies",
    "GetAccessKeyLastUsed", "GetAccountSummary",
    "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"}
UNSIGNED = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}
#: How far a request's date may be from the server's clock, as on AWS.
CLOCK_TOLERANCE = 300


#: Whom a SAML response may be meant for, to count here.
SAML_AUDIENCES = {"urn:amazon:webservices", "https://signin.aws.amazon.com/saml"}


class SAMLStatements:
    """What a SAML response says, as far as AWS goes by it."""

    ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"

    def __init__(self, xml):
        names = {"a": "urn:oasis:names:tc:SAML:2.0:assertion"}
        assertion = ElementTree.fromstring(xml).find("a:Assertion", names)
        delivery = assertion.find(".//a:SubjectConfirmationData", names)
        self.recipient, self.end = delivery.get("Recipient"), _time(delivery.get("NotOnOrAfter"))
        self.issued = _time(assertion.get("IssueInstant"))
        self.audience = assertion.findtext(".//a:Audience", None, names)
        end = assertion.find("a:AuthnStatement", names).get("SessionNotOnOrAfter")
        self.session_end = end and _time(end)
        said = {attribute.get("Name").removeprefix(self.ATTRIBUTES):
                [value.text for value in attribute.findall("a:AttributeValue", names)]
                for attribute in assertion.iterfind(".//a:Attribute", names)}
        self.session_name = said.get("RoleSessionName", [None])[0]
        self.roles = [set(value.split(",")) for value in said.get("Role", [])]


def _time(text):
    return datetime.datetime.fromisoformat(text)


@dataclass
class Identity:
    """Who a key ID stands for, and what it takes to sign as it."""

    key_id: str
    secret: str
    arn: str
    token: str | None = None
    user: str | None = None
    mfa_serial: str | None = None
    mfa: bool = False  # the session was made with an MFA code
    chained: bool = False  # a role that was assumed with a session
    end: datetime.datetime | None = None  # of a session that `session_life` made short
    key: str | None = None  # the long-term key that the session was made with
    refusals: list = field(default_factory=list)  # whether AWS's machines know a new key, in turn

    @property
    def is_role(self):
        return ":assumed-role/" in self.arn

    def variables(self):
        """The AWS variables that carry it."""
        found = {"AWS_ACCESS_KEY_ID": self.key_id, "AWS_SECRET_ACCESS_KEY": self.secret}
        return found | ({"AWS_SESSION_TOKEN": self.token} if self.token else {})


@dataclass
class Role:
    arn: str
    external_id: str | None = None
    needs_mfa: bool = False
    max_duration: int = 43200


@dataclass
class Call:
    """One request as it arrived at the front."""

    action: str
    params: dict
    key_id: str | None
    region: str | None
    host: str
    headers: dict = field(repr=False)
    status: int | None = None


class Refusal(Exception):
    """An error answer in AWS's form."""

    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


# Faults: each takes the request handler and returns whether it has dealt with the request.


def error(status, code, message="Injected by the test."):
    """An AWS error answer."""

    def fault(handler):
        handler.answer(status, error_document(code, message))
        return True

    return fault


def throttled():
    return error(400, "Throttling", "Rate exceeded")


def throttled_each(times, name):
    """Each value of a parameter is throttled so many times before it is answered."""
    seen = collections.Counter()

    def fault(handler):
        value = handler.call.params.get(name)
        with handler.server.sts._lock:
            seen[value] += 1
            refuse = seen[value] <= times
        return refuse and throttled()(handler)

    return fault


def throttled_beyond(rate, burst):
    """A token bucket as AWS has them: a burst of calls, then so many a second."""
    bucket = {"tokens": burst, "at": time.monotonic()}

    def fault(handler):
        with handler.server.sts._lock:
            now = time.monotonic()
            bucket["tokens"] = min(burst, bucket["tokens"] + (now - bucket["at"]) * rate)
            bucket["at"] = now
            enough = bucket["tokens"] >= 1
            bucket["tokens"] -= enough
        return not enough and throttled()(handler)

    return fault


def raw(body, status=200):
    """These bytes as the whole answer."""

    def fault(handler):
        handler.answer(status, body)
        return True

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


def late(seconds):
    """The right answer, later."""

    def fault(handler):
        handler.server.sts.released.wait(seconds)
        return False

    return fault


def never():
    """No answer until the test is over."""

    def fault(handler):
        handler.server.sts.released.wait()
        return closed()(handler)

    return fault


def flood(megabytes):
    """An answer of this size, sent as long as somebody reads it."""

    def fault(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(megabytes << 20))
        handler.end_headers()
        handler.close_connection = True
        handler.server.sts.flooded = 0
        try:
            for _ in range(megabytes):
                handler.wfile.write(b"<a>" + b" " * ((1 << 20) - 3))
                handler.server.sts.flooded += 1 << 20
        except OSError:
            pass
        return True

    return fault


def error_document(code, message):
    return (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>{secrets.token_hex(8)}"
        "</RequestId></ErrorResponse>"
    ).encode()


def credentials_document(action, identity, expiration, more=""):
    """The answer to an action that hands out credentials; `more` is what stands beside them."""
    return (
        f'<{action}Response xmlns="{NAMESPACE}"><{action}Result><Credentials>'
        f"<AccessKeyId>{identity.key_id}</AccessKeyId>"
        f"<SecretAccessKey>{identity.secret}</SecretAccessKey>"
        f"<SessionToken>{escape(identity.token)}</SessionToken>"
        f"<Expiration>{expiration:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>{more}"
        f"</{action}Result><ResponseMetadata><RequestId>{secrets.token_hex(8)}"
        f"</RequestId></ResponseMetadata></{action}Response>"
    ).encode()


def session_token_document(identity, expiration):
    return credentials_document("GetSessionToken", identity, expiration)


def unique_id(identity):
    """The ID that AWS has for who it is."""
    account, resource = identity.arn.split(":", 5)[4:]
    kind, _, name = resource.partition("/")
    return {"user": "AIDAMADEUPMADEUP", "federated-user": f"{account}:{name}",
            "assumed-role": f"AROAMADEUPMADEUP:{name.rpartition('/')[2]}"}.get(kind, account)


def caller_document(identity):
    return (
        f'<GetCallerIdentityResponse xmlns="{NAMESPACE}"><GetCallerIdentityResult>'
        f"<Arn>{identity.arn}</Arn><UserId>{unique_id(identity)}</UserId>"
        f"<Account>{identity.arn.split(':')[4]}</Account></GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{secrets.token_hex(8)}</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    ).encode()


def signature(secret, method, path, query, headers, signed, body, amz_date, scope):
    """The SigV4 signature of a request, computed from the specification."""
    canonical = "\n".join(
        [method, path, query]
        + [f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed]
        + ["", ";".join(signed), hashlib.sha256(body).hexdigest()]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", amz_date, "/".join(scope), digest])
    key = ("AWS4" + secret).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """One connection to the front."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a client's delayed ACK costs 40 ms
    wbufsize = -1

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.server.sts.clock_offset)

    def answer(self, status, body, content_type="text/xml"):
        if self.call:
            self.call.status = status
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        self.call = None
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sts = self.server.sts
        try:
            self.call = sts.record(self, body)
            fault = sts.next_fault(self.call.action)
            if fault and fault(self):
                return
            identity = None
            if self.call.action not in UNSIGNED:
                identity = sts.authenticate(self, body)
            self.answer(*sts.answer(self, body, identity))
        except Refusal as refusal:
            self.answer(refusal.status, error_document(refusal.code, refusal.message))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET = serve


class Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # clients may hang up whenever they like


class LocalSTS:
    """The server as the tests see it: its address, its people, its roles, what it was asked."""

    def __init__(self):
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request
        self.moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self.moto.start()
        self.moto_port = self.moto.get_host_and_port()[1]
        self.front = self._listen()
        self.endpoint = f"http://127.0.0.1:{self.front.server_port}"
        self.released = threading.Event()
        self._admin = None
        self._lock = threading.Lock()
        self.reset()

    def _listen(self, context=None):
        front = Front(("127.0.0.1", 0), Handler)
        front.sts = self
        if context:
            front.socket = context.wrap_socket(
                front.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=front.serve_forever, args=(0.05,), daemon=True).start()
        return front

    def listen_tls(self, certificate, key):
        """A second front behind TLS; gives its port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return self._listen(context).server_port

    def reset(self):
        """Forgets everybody and everything, and lets hanging requests go."""
        self.released.set()
        self.released = threading.Event()
        self.calls = []
        self.issued = []  # identities made by AssumeRole and GetSessionToken
        self.identities = {}
        self.roles = {}
        self.mfa_codes = {}
        self.codes_work_once = False  # as on AWS
        self.session_life = None  # seconds that new sessions live, whatever was asked for
        self._used_codes = set()
        self.web_identity_tokens = set()
        self.identity_provider = None  # whose SAML responses count
        self.inactive_keys = set()  # deactivated or deleted: no more than their sessions do they work
        self.new_keys_flap = ""  # "x.x": known from the second question on, but not at the third
        self.key_changes_need_mfa = False
        self.saml_recipients = {"https://signin.aws.amazon.com/saml"}  # the roles' SAML:aud
        self.clock_offset = 0
        self.flooded = 0
        self._faults = {}
        self._moto("/moto-api/reset-auth", b"inf")
        self._moto("/moto-api/reset", b"")

    def _moto(self, path, body, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.moto_port, timeout=30)
        try:
            connection.request("POST", path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @property
    def iam(self):
        """moto's IAM, by way of boto3 and past the front."""
        if self._admin is None:
            import boto3

            self._admin = boto3.client(
                "iam",
                endpoint_url=f"http://127.0.0.1:{self.moto_port}",
                region_name="us-east-1",
                aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            )
        return self._admin

    # People and roles.

    def new_key(self, user="alice", root=False, mfa_code="123456"):
        """A user's fresh access key; the user may do anything and has an MFA device."""
        name = f"{user}-{secrets.token_hex(3)}"
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(
            UserName=name,
            PolicyName="all",
            PolicyDocument='{"Version":"2012-10-17","Statement":'
            '[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        )
        made = self.iam.create_access_key(UserName=name)["AccessKey"]
        serial = f"arn:aws:iam::{ACCOUNT}:mfa/{name}"
        arn = f"arn:aws:iam::{ACCOUNT}:" + ("root" if root else f"user/{name}")
        self.mfa_codes[serial] = mfa_code
        return self._know(Identity(
            made["AccessKeyId"], made["SecretAccessKey"], arn, user=name, mfa_serial=serial))

    def new_role(self, name, path="/", **demands):
        """A role of the account that everybody may assume; gives its ARN."""
        self.iam.create_role(
            RoleName=name,
            Path=path,
            AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
            '"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}',
        )
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        self.roles[arn] = Role(arn, **demands)
        return arn

    def stranger(self, arn=f"arn:aws:iam::{ACCOUNT}:user/stranger", token=None):
        """An identity without a user in moto behind it: quickly made, and as good to sign with.

        With a token it is a session; True stands for any.
        """
        start = "ASIA" if token else "AKIA"
        if token is True:
            token = secrets.token_urlsafe(120)
        return self._know(Identity(
            start + secrets.token_hex(8).upper(), secrets.token_urlsafe(30), arn, token))

    def new_web_identity_token(self):
        """A token that AssumeRoleWithWebIdentity takes."""
        token = "eyJhbGciOiJSUzI1NiJ9." + secrets.token_urlsafe(60)
        self.web_identity_tokens.add(token)
        return token

    def enable_mfa(self, key):
        """The key's user gets its MFA device in moto's IAM, where whoami may find it."""
        device = self.iam.create_virtual_mfa_device(VirtualMFADeviceName=key.user)
        serial = device["VirtualMFADevice"]["SerialNumber"]
        assert serial == key.mfa_serial
        self.iam.enable_mfa_device(UserName=key.user, SerialNumber=serial,
                                   AuthenticationCode1="123456", AuthenticationCode2="654321")

    def check_with_moto(self):
        """moto, too, checks signatures, policies and trust from here on."""
        self._moto("/moto-api/reset-auth", b"0")

    def _know(self, identity):
        with self._lock:
            self.identities[identity.key_id] = identity
        return identity

    # Looking back and ahead.

    def asked(self, action):
        """The calls of an action so far."""
        with self._lock:
            return [call for call in self.calls if call.action == action]

    def count(self, action):
        return len(self.asked(action))

    def inject(self, action, fault, times=1):
        """The next calls of an action meet this fault."""
        self._faults.setdefault(action, []).extend([fault] * times)

    def forget_faults(self):
        """No call meets a fault any more."""
        with self._lock:
            self._faults.clear()

    def next_fault(self, action):
        with self._lock:
            waiting = self._faults.get(action)
            return waiting.pop(0) if waiting else None

    # What the handler asks.

    def record(self, handler, body):
        params = dict(urllib.parse.parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True))
        query = urllib.parse.urlsplit(handler.path).query
        params |= dict(urllib.parse.parse_qsl(query))
        credential = _authorization(handler).get("Credential", "").split("/")
        call = Call(
            action=params.pop("Action", "?"),
            params=params,
            key_id=credential[0] or None,
            region=credential[2] if len(credential) > 2 else None,
            host=handler.headers.get("Host", ""),
            headers={name.lower(): value for name, value in handler.headers.items()},
        )
        with self._lock:
            self.calls.append(call)
        return call

    def authenticate(self, handler, body):
        """The caller, if the request is signed as AWS wants it."""
        parts = _authorization(handler)
        if not parts:
            raise Refusal(403, "MissingAuthenticationToken",
                          "Request is missing Authentication Token")
        key_id, *scope = parts["Credential"].split("/")
        identity = self.identities.get(key_id)
        if (identity is None or identity.token != handler.headers.get("X-Amz-Security-Token")
                or self._is_refused(identity)):
            raise Refusal(403, "InvalidClientTokenId",
                          "The security token included in the request is invalid.")
        amz_date = handler.headers.get("X-Amz-Date", "")
        sent = datetime.datetime.strptime(amz_date, "%Y%m%dT%H%M%SZ").replace(
            tzinfo=datetime.timezone.utc)
        now = self._now()
        if identity.end and now >= identity.end:
            raise Refusal(403, "ExpiredToken",
                          "The security token included in the request is expired")
        allowed = datetime.timedelta(seconds=CLOCK_TOLERANCE)
        edges = f"{{:%Y%m%dT%H%M%SZ}} ({now:%Y%m%dT%H%M%SZ} {{}} 5 min.)"
        if sent < now - allowed:
            edge = edges.format(now - allowed, "-")
            raise Refusal(403, "SignatureDoesNotMatch",
                          f"Signature expired: {amz_date} is now earlier than {edge}")
        if sent > now + allowed:
            edge = edges.format(now + allowed, "+")
            raise Refusal(403, "SignatureDoesNotMatch",
                          f"Signature not yet current: {amz_date} is still later than {edge}")
        signed = parts["SignedHeaders"].split(";")
        url = urllib.parse.urlsplit(handler.path)
        expected = signature(
            identity.secret, handler.command, url.path or "/", url.query,
            {name.lower(): value for name, value in handler.headers.items()},
            signed, body, amz_date, scope)
        complete = "host" in signed and "x-amz-date" in signed and (
            identity.token is None or "x-amz-security-token" in signed)
        service = "iam" if handler.call.action in IAM_ACTIONS else "sts"
        if not complete or scope[2:] != [service, "aws4_request"] or expected != parts["Signature"]:
            raise Refusal(403, "SignatureDoesNotMatch", (
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method."))
        return identity

    def _is_refused(self, identity):
        with self._lock:
            if {identity.key_id, identity.key} & self.inactive_keys:
                return True
            return bool(identity.refusals) and identity.refusals.pop(0) == "x"

    def works(self, key_id, secret):
        """Whether a key is one that AWS takes."""
        identity = self.identities.get(key_id)
        return bool(identity and identity.secret == secret and key_id not in self.inactive_keys)

    def answer(self, handler, body, identity):
        params = handler.call.params
        match handler.call.action:
            case "GetCallerIdentity":
                return 200, caller_document(identity)
            case "GetSessionToken":
                return 200, self._get_session_token(params, identity)
            case "GetFederationToken":
                return 200, self._get_federation_token(params, identity)
            case "AssumeRoleWithWebIdentity":
                return 200, self._assume_role_with_web_identity(params)
            case "AssumeRoleWithSAML":
                return 200, self._assume_role_with_saml(params)
            case "AssumeRoot":
                return 200, self._assume_root(params, identity)
            case action if action in IAM_ACTIONS:
                return self._ask_iam(params, identity, handler)
            case "AssumeRole":
                mfa = self._check_assume_role(params, identity)
                headers = {name: value for name, value in handler.headers.items()}
                status, answer = self._moto("/", body, headers)
                if status == 200:
                    self._learn(answer, mfa, chained=bool(identity.token))
                return status, answer
        return self._moto("/", body, dict(handler.headers.items()))

    def _check_mfa(self, params, identity):
        """Whether the request carries a right MFA code, or comes from a session made with one."""
        serial, code = params.get("SerialNumber"), params.get("TokenCode")
        if bool(serial) != bool(code):
            raise Refusal(403, "AccessDenied", (
                "MultiFactorAuthentication failed, must provide both MFA serial number and "
                "one time pass code."))
        if serial and (serial != identity.mfa_serial or self.mfa_codes.get(serial) != code):
            raise Refusal(403, "AccessDenied", (
                "MultiFactorAuthentication failed with invalid MFA one time pass code. "))
        with self._lock:
            if serial and self.codes_work_once and (serial, code) in self._used_codes:
                raise Refusal(403, "AccessDenied", (
                    "MultiFactorAuthentication failed with invalid MFA one time pass code. "))
            self._used_codes.add((serial, code))
        return bool(serial) or identity.mfa

    def _get_session_token(self, params, identity):
        if identity.token:
            raise Refusal(403, "AccessDenied",
                          "Cannot call GetSessionToken with session credentials")
        return self._issue("GetSessionToken", params, identity.arn, 43200, 129600,
                           user=identity.user, mfa_serial=identity.mfa_serial,
                           key=identity.key_id, mfa=self._check_mfa(params, identity))

    def _get_federation_token(self, params, identity):
        if identity.token:
            raise Refusal(403, "AccessDenied",
                          "Cannot call GetFederationToken with session credentials")
        name = params.get("Name", "")
        arn = f"arn:aws:sts::{ACCOUNT}:federated-user/{name}"
        return self._issue(
            "GetFederationToken", params, arn, 43200, 129600,
            more=f"<FederatedUser><FederatedUserId>{ACCOUNT}:{name}</FederatedUserId>"
            f"<Arn>{arn}</Arn></FederatedUser><PackedPolicySize>6</PackedPolicySize>")

    def _assume_role_with_web_identity(self, params):
        if params.get("WebIdentityToken") not in self.web_identity_tokens:
            raise Refusal(400, "InvalidIdentityToken",
                          "The ID Token provided is not a valid JWT.")
        role = self.roles.get(params.get("RoleArn", ""))
        if role is None:
            raise Refusal(403, "AccessDenied",
                          "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        name = role.arn.rpartition("/")[2]
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{params.get('RoleSessionName')}"
        return self._issue(
            "AssumeRoleWithWebIdentity", params, arn, 3600, role.max_duration,
            more=f"<AssumedRoleUser><AssumedRoleId>AROAMADEUP:x</AssumedRoleId><Arn>{arn}</Arn>"
            "</AssumedRoleUser><SubjectFromWebIdentityToken>me</SubjectFromWebIdentityToken>")

    def _assume_role_with_saml(self, params):
        xml = base64.b64decode(params.get("SAMLAssertion", ""), validate=True)
        if not self.identity_provider or not self.identity_provider.is_signed(xml):
            raise Refusal(400, "InvalidIdentityToken", "Response signature invalid")
        said = SAMLStatements(xml)
        if said.audience not in SAML_AUDIENCES:
            raise Refusal(400, "InvalidIdentityToken", "Audience is not AWS")
        if not said.session_name:
            raise Refusal(400, "InvalidIdentityToken",
                          "RoleSessionName is required in AuthnResponse")
        if said.end <= self._now() or said.issued + datetime.timedelta(minutes=5) <= self._now():
            raise Refusal(400, "ExpiredTokenException",
                          "Token must be redeemed within 5 minutes of issuance")
        role = self.roles.get(params.get("RoleArn", ""))
        pair = {params.get("RoleArn"), params.get("PrincipalArn")}
        if role is None or pair not in said.roles or said.recipient not in self.saml_recipients:
            raise Refusal(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
        if int(params.get("DurationSeconds", 3600)) > role.max_duration:
            raise Refusal(400, "ValidationError", (
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."))
        name = role.arn.rpartition("/")[2]
        arn = f"arn:aws:sts::{role.arn.split(':')[4]}:assumed-role/{name}/{said.session_name}"
        return self._issue(
            "AssumeRoleWithSAML", params, arn, 3600, 43200, until=said.session_end,
            more=f"<AssumedRoleUser><AssumedRoleId>AROAMADEUP:x</AssumedRoleId><Arn>{arn}</Arn>"
            f"</AssumedRoleUser><Audience>{said.recipient}</Audience><Subject>alice</Subject>")

    def _assume_root(self, params, identity):
        if not params.get("TaskPolicyArn.arn", "").startswith(
                "arn:aws:iam::aws:policy/root-task/"):
            raise Refusal(400, "ValidationError", "The task policy is not valid.")
        account = params.get("TargetPrincipal", "")
        return self._issue("AssumeRoot", params, f"arn:aws:iam::{account}:root", 900, 900, least=0)

    def _issue(self, action, params, arn, standard, most, more="", least=900, until=None,
               **known):
        """New credentials and the answer that hands them out."""
        duration = int(params.get("DurationSeconds", standard))
        if not least <= duration <= most:
            raise Refusal(400, "ValidationError", "DurationSeconds is out of bounds")
        made = self._know(Identity(
            "ASIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30), arn,
            secrets.token_urlsafe(240), **known))
        self.issued.append(made)
        expiration = self._now() + datetime.timedelta(seconds=duration)
        expiration = min(expiration, until or expiration)
        if self.session_life:
            # The document tells whole seconds.
            end = self._now() + datetime.timedelta(seconds=self.session_life)
            expiration = made.end = end.replace(microsecond=0)
        return credentials_document(action, made, expiration, more)

    def _now(self):
        return datetime.datetime.fromtimestamp(
            time.time() + self.clock_offset, datetime.timezone.utc)

    def _ask_iam(self, params, identity, handler):
        """moto's answer; sessions without MFA get the refusal that AWS has for them."""
        if identity.token and identity.user and not identity.mfa:
            raise Refusal(403, "InvalidClientTokenId",
                          "The security token included in the request is invalid")
        action = handler.call.action
        form = {"Action": action} | params
        if action in OF_THE_CALLING_USER and "UserName" not in form:
            if not identity.user:
                raise Refusal(400, "ValidationError",
                              "Must specify userName when calling with non-User credentials")
            form["UserName"] = identity.user
        is_change = action in {"CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey"}
        if is_change and self.key_changes_need_mfa and not identity.mfa:
            raise Refusal(403, "AccessDenied", (
                f"User: {identity.arn} is not authorized to perform: iam:{action} on resource: "
                f"user {identity.user} with an explicit deny in an identity-based policy"))
        headers = {name: value for name, value in handler.headers.items()
                   if name.lower() != "content-length"}
        status, answer = self._moto("/", urllib.parse.urlencode(form).encode(), headers)
        if status == 200 and is_change:
            self._learn_key_change(action, form, identity, answer)
        return status, answer

    def _learn_key_change(self, action, form, identity, answer):
        if action == "CreateAccessKey":
            found = {node.tag.rpartition("}")[2]: node.text
                     for node in ElementTree.fromstring(answer).iter()}
            self._know(Identity(
                found["AccessKeyId"], found["SecretAccessKey"], identity.arn, user=identity.user,
                mfa_serial=identity.mfa_serial, refusals=list(self.new_keys_flap)))
            return
        with self._lock:
            if form.get("Status") == "Active":
                self.inactive_keys.discard(form["AccessKeyId"])
            else:
                self.inactive_keys.add(form["AccessKeyId"])

    def _check_assume_role(self, params, identity):
        """Refuses what AWS would; else gives whether the session is one with MFA."""
        arn = params.get("RoleArn", "")
        role = self.roles.get(arn)
        mfa = self._check_mfa(params, identity)
        duration = int(params.get("DurationSeconds", 3600))
        if not 900 <= duration <= 43200:
            raise Refusal(400, "ValidationError", "DurationSeconds is out of bounds")
        if role is None or (role.needs_mfa and not mfa) or (
                role.external_id and role.external_id != params.get("ExternalId")):
            raise Refusal(403, "AccessDenied", (
                f"User: {identity.arn} is not authorized to perform: sts:AssumeRole "
                f"on resource: {arn}"))
        if identity.is_role and duration > 3600:
            raise Refusal(400, "ValidationError", (
                "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                "assumed by role chaining"))
        if duration > role.max_duration:
            raise Refusal(400, "ValidationError", (
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."))
        return mfa

    def _learn(self, answer, mfa, chained):
        found = {node.tag.rpartition("}")[2]: node.text
                 for node in ElementTree.fromstring(answer).iter()}
        made = Identity(found["AccessKeyId"], found["SecretAccessKey"], found["Arn"],
                        found["SessionToken"], mfa=mfa, chained=chained)
        self._know(made)
        self.issued.append(made)

    def stop(self):
        self.released.set()
        self.front.shutdown()
        self.front.server_close()
        self.moto.stop()


def _authorization(handler):
    """The parts of a SigV4 Authorization header; empty where there is none."""
    scheme, _, rest = handler.headers.get("Authorization", "").partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        return {}
    return dict(part.strip().split("=", 1) for part in rest.split(","))
