"""IAM Roles Anywhere: an authority, certificates of every kind, and a server that checks them.

CreateSession is in no service model of botocore; what it takes and gives is read off AWS's user
guide ("The IAM Roles Anywhere authentication signing process") and its credential helper.
"""

import base64
import collections
import datetime
import hashlib
import json
import re
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

REGION = "eu-central-1"
ACCOUNT = "123456789012"
ANCHOR = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:trust-anchor/a1b2c3d4"
PROFILE = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:profile/e5f6a7b8"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/builder"

PEM = serialization.Encoding.PEM
CLEAR = serialization.NoEncryption()
PKCS8 = serialization.PrivateFormat.PKCS8
TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL

_KEYS = {}


def make_key(kind, number=0):
    """A key of a kind; one kind and number give the same key for the whole run."""
    makers = {
        "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
        "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
        "rsa1024": lambda: rsa.generate_private_key(65537, 1024),
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    if (kind, number) not in _KEYS:
        _KEYS[kind, number] = makers[kind]()
    return _KEYS[kind, number]


def name_of(text):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
                      x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates; its own is signed by `parent` or itself."""

    def __init__(self, name, parent=None):
        self.name, self.key = name_of(name), ec.generate_private_key(ec.SECP256R1())
        signer = parent or self
        self.certificate = signer._sign(
            self.name, self.key.public_key(), datetime.timedelta(days=-9),
            datetime.timedelta(days=9), is_authority=True)

    def _sign(self, subject, public_key, begins, ends, is_authority=False, serial=None,
              usage=True):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                   .public_key(public_key)
                   .serial_number(serial or x509.random_serial_number())
                   .not_valid_before(now + begins).not_valid_after(now + ends)
                   .add_extension(x509.BasicConstraints(is_authority, None), critical=True))
        if usage is not None:
            builder = builder.add_extension(x509.KeyUsage(
                digital_signature=usage, content_commitment=False, key_encipherment=not usage,
                data_encipherment=False, key_agreement=False, key_cert_sign=is_authority,
                crl_sign=is_authority, encipher_only=False, decipher_only=False), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, key, name="build-host", days=(-1, 1), **more):
        """A certificate for a key."""
        begins, ends = (datetime.timedelta(days=number) for number in days)
        return self._sign(name_of(name), key.public_key(), begins, ends, **more)


def pem(*certificates):
    return b"".join(certificate.public_bytes(PEM) for certificate in certificates)


def key_pem(key, form=PKCS8, passphrase=None):
    encryption = (serialization.BestAvailableEncryption(passphrase.encode()) if passphrase
                  else CLEAR)
    return key.private_bytes(PEM, form, encryption)


def pkcs12_of(key, certificate, passphrase=None, others=()):
    encryption = (serialization.BestAvailableEncryption(passphrase.encode()) if passphrase
                  else CLEAR)
    return pkcs12.serialize_key_and_certificates(
        b"build", key, certificate, list(others), encryption)


def secret_parts(key):
    """What of a private key must not be seen: its number, as bytes, in both orders."""
    numbers = key.private_numbers()
    number = numbers.private_value if hasattr(numbers, "private_value") else numbers.d
    size = (number.bit_length() + 7) // 8
    parts = [number.to_bytes(size, "big"), number.to_bytes(size, "little")]
    if not hasattr(numbers, "private_value"):
        for prime in (numbers.p, numbers.q):
            size = (prime.bit_length() + 7) // 8
            parts += [prime.to_bytes(size, "big"), prime.to_bytes(size, "little")]
    return parts


class Refusal(Exception):
    def __init__(self, code, message, status=403):
        self.code, self.message, self.status = code, message, status


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, document, headers = 201, self.server.service.create_session(self, body), []
        except Refusal as error:
            status, document = error.status, {"message": error.message}
            headers = [("x-amzn-ErrorType", error.code)]
        text = json.dumps(document).encode()
        self.send_response(status)
        for name, value in [("Content-Type", "application/json"),
                            ("Content-Length", str(len(text))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)


class RolesAnywhere:
    """The server: one trust anchor, one profile with the roles in `roles`."""

    def __init__(self, sts, authority=None):
        self.sts, self.authority = sts, authority or Authority("Example Root")
        self.roles = [ROLE]
        self.untrusting = set()  # roles whose trust policy does not name the service
        self.accepts_session_names = True
        self.session_seconds = 3600
        self.calls, self.issued, self.violations = [], [], []
        self.delay = 0
        self._faults = collections.deque()
        self._lock = threading.Lock()
        self._front = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._front.daemon_threads = True
        self._front.service = self
        self.url = f"http://127.0.0.1:{self._front.server_port}"
        threading.Thread(target=self._front.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._front.shutdown()
        self._front.server_close()

    def inject(self, code, message, status=403):
        """What the next request is answered with."""
        self._faults.append(Refusal(code, message, status))

    def config(self, certificate=None, key=None, chain=None, profile="build", more=""):
        """A profile's section."""
        lines = [f"[profile {profile}]", f"roles_anywhere_trust_anchor_arn = {ANCHOR}",
                 f"roles_anywhere_profile_arn = {PROFILE}", f"roles_anywhere_role_arn = {ROLE}"]
        for name, value in (("certificate", certificate), ("private_key", key),
                            ("certificate_chain", chain)):
            if value:
                lines.append(f"roles_anywhere_{name} = {value}")
        return "\n".join(lines) + f"\n{more}"

    # Serving.

    def create_session(self, handler, body):
        time.sleep(self.delay)
        with self._lock:
            return self._create_session(handler, body)

    def _refuse(self, reason):
        """What no client should send."""
        self.violations.append(reason)
        raise Refusal("ValidationException", reason, 400)

    def _create_session(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        if url.path != "/sessions":
            self._refuse(f"path {url.path}")
        asked = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))
        content = json.loads(body)
        self.calls.append(asked | content)
        certificate, chain = self._signature(handler, url, body)
        if self._faults:
            raise self._faults.popleft()
        unknown = set(asked) - {"profileArn", "roleArn", "trustAnchorArn"}
        unknown |= set(content) - {"durationSeconds", "roleSessionName", "instanceProperties"}
        if unknown:
            self._refuse(f"unknown {sorted(unknown)}")
        if asked.get("trustAnchorArn") != ANCHOR or asked.get("profileArn") != PROFILE:
            raise Refusal("ResourceNotFoundException", "no such trust anchor or profile", 404)
        self._trust(certificate, chain)
        role = asked.get("roleArn")
        if role not in self.roles or role in self.untrusting:
            raise Refusal("AccessDeniedException", f"Unable to assume role for {role}")
        seconds = content.get("durationSeconds", self.session_seconds)
        if not isinstance(seconds, int) or not 900 <= seconds <= 43200:
            self._refuse(f"durationSeconds {seconds}")
        name = content.get("roleSessionName")
        if name is not None and not self.accepts_session_names:
            raise Refusal("AccessDeniedException", "Custom role session name is not accepted")
        name = name or f"{certificate.serial_number:x}"
        identity = self.sts.stranger(
            f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rsplit('/', 1)[1]}/{name}", token=True)
        self.issued.append(identity)
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        return {"subjectArn": f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:subject/0",
                "credentialSet": [{"roleArn": role, "credentials": {
                    "accessKeyId": identity.key_id, "secretAccessKey": identity.secret,
                    "sessionToken": identity.token, "expiration": end}}]}

    def _signature(self, handler, url, body):
        """The certificate and its chain, once the signature is seen to be right."""
        match = re.fullmatch(
            r"(AWS4-X509-(RSA|ECDSA)-SHA256) Credential=(\d+)/(\d{8})/([a-z0-9-]+)/rolesanywhere/"
            r"aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]+)",
            handler.headers.get("Authorization", ""))
        if not match:
            self._refuse("Authorization")
        algorithm, kind, serial, day, region, signed, signature = match.groups()
        signed = signed.split(";")
        certificate = x509.load_der_x509_certificate(
            base64.b64decode(handler.headers["X-Amz-X509"], validate=True))
        chain = [x509.load_der_x509_certificate(base64.b64decode(part, validate=True))
                 for part in filter(None, handler.headers.get("X-Amz-X509-Chain", "").split(","))]
        needed = {"host", "x-amz-date", "x-amz-x509", "content-type"}
        needed |= {"x-amz-x509-chain"} if chain else set()
        date = handler.headers["X-Amz-Date"]
        if (signed != sorted(signed) or not needed <= set(signed) or region != REGION
                or int(serial) != certificate.serial_number or not date.startswith(day)):
            self._refuse("scope or signed headers")
        moment = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
        if abs(moment - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)) \
                > datetime.timedelta(minutes=5):
            raise Refusal("AccessDeniedException", "Signature expired: the date is too far away")
        query = "&".join(
            "=".join(urllib.parse.quote(part, safe="-_.~") for part in pair) for pair in
            sorted(urllib.parse.parse_qsl(url.query, strict_parsing=True)))
        headers = "".join(
            f"{name}:{' '.join(handler.headers[name].split())}\n" for name in signed)
        canonical = "\n".join(["POST", url.path, query, headers, ";".join(signed),
                               hashlib.sha256(body).hexdigest()])
        text = "\n".join([algorithm, date, f"{day}/{region}/rolesanywhere/aws4_request",
                          hashlib.sha256(canonical.encode()).hexdigest()]).encode()
        public_key = certificate.public_key()
        try:
            if kind == "RSA":
                public_key.verify(
                    bytes.fromhex(signature), text, padding.PKCS1v15(), hashes.SHA256())
            else:
                public_key.verify(bytes.fromhex(signature), text, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, TypeError, AttributeError) as error:
            self._refuse(f"signature: {error!r}")
        return certificate, chain

    def _trust(self, certificate, chain):
        """The chain leads to the authority, whose own certificate is not among it."""
        now = datetime.datetime.now(datetime.timezone.utc)
        link = certificate
        for issuer in [*chain, self.authority.certificate]:
            try:
                link.verify_directly_issued_by(issuer)
            except (ValueError, InvalidSignature):
                raise Refusal("AccessDeniedException",
                              "Untrusted certificate. Insufficient certificate chain") from None
            link = issuer
        if self.authority.certificate in chain:
            self._refuse("the trust anchor is in the chain")
        for link in [certificate, *chain]:
            if not link.not_valid_before_utc <= now < link.not_valid_after_utc:
                self._refuse("a certificate out of its time")
