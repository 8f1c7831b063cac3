"""A SAML identity provider that speaks for AWS, made of pysaml2; its key is made at run time."""

import base64
import datetime
import functools
import http.client
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from saml2 import BINDING_HTTP_POST, saml
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from .sts import ACCOUNT

AWS = "urn:amazon:webservices"
SIGN_IN = "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp"


@functools.cache
def _key_pair():
    """A signing key and its certificate."""
    folder = tempfile.mkdtemp(prefix="credtool-idp-")
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=idp.example", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key, certificate


def _metadata(audience, acs):
    """What AWS tells an identity provider of itself."""
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{audience}">'
        '<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" '
        'WantAssertionsSigned="true">'
        f'<AssertionConsumerService index="1" isDefault="true" Binding="{BINDING_HTTP_POST}" '
        f'Location="{acs}"/></SPSSODescriptor></EntityDescriptor>')


class IdentityProvider:
    """Signs what it is asked to; responses come in base64, as a browser posts them."""

    def __init__(self):
        program = shutil.which("xmlsec1")
        assert program, "xmlsec1 is needed: make setup installs it"
        self.program = program
        self.key, self.certificate = _key_pair()

    def _server(self, audience, acs, lifetime):
        config = {
            "entityid": "https://idp.example/saml", "xmlsec_binary": self.program,
            "key_file": self.key, "cert_file": self.certificate,
            "service": {"idp": {
                "endpoints": {"single_sign_on_service": [
                    ("https://idp.example/sso", BINDING_HTTP_POST)]},
                "policy": {"default": {"lifetime": lifetime, "attribute_restrictions": None,
                                       "name_form": NAME_FORMAT_URI}}}},
            "metadata": {"inline": [_metadata(audience, acs)]}}
        return Server(config=IdPConfig().load(config))

    def xml(self, roles=(), name="alice@example.com", audience=AWS, recipient=SIGN_IN,
            lifetime=None, attributes=None, session_ends=None, encrypt=False):
        """A response as XML. `roles` are values of the attribute, or ARNs of roles of PROVIDER."""
        all_attributes = {ATTRIBUTES + "Role": [
            role if "," in role else f"{role},{PROVIDER}" for role in roles]}
        if name:
            all_attributes[ATTRIBUTES + "RoleSessionName"] = [name]
        for key, value in (attributes or {}).items():
            all_attributes[ATTRIBUTES + key] = [value]
        server = self._server(audience, recipient, lifetime or {"minutes": 5})
        response = server.create_authn_response(
            {key: value for key, value in all_attributes.items() if value},
            in_response_to=None, destination=recipient, sp_entity_id=audience,
            name_id=saml.NameID(format=NAMEID_FORMAT_PERSISTENT, text="alice"),
            authn={"class_ref": saml.AUTHN_PASSWORD, "authn_auth": "https://idp.example"},
            sign_assertion=True, sign_response=False, encrypt_assertion=encrypt,
            encrypt_cert_assertion=open(self.certificate).read() if encrypt else None,
            sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256,
            session_not_on_or_after=session_ends and f"{session_ends:%Y-%m-%dT%H:%M:%SZ}")
        return str(response)

    def response(self, roles=(), **more):
        return base64.b64encode(self.xml(roles, **more).encode()).decode()

    def refusal(self):
        """What is sent to somebody who may not use the application."""
        server = self._server(AWS, SIGN_IN, {"minutes": 5})
        answer = server.create_error_response(
            None, SIGN_IN, info=("urn:oasis:names:tc:SAML:2.0:status:RequestDenied", "Not yours"))
        return base64.b64encode(str(answer).encode()).decode()

    def is_signed(self, xml):
        """Whether the assertion's signature is this identity provider's."""
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(xml)
            file.flush()
            return subprocess.run(
                [self.program, "--verify", "--pubkey-cert-pem", self.certificate,
                 "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", file.name],
                capture_output=True).returncode == 0


class Page:
    """The identity provider's page for who is signed in there: it posts a response at once."""

    def __init__(self, acs, response):
        body = (f'<form method="post" action="{acs}">'
                f'<input type="hidden" name="SAMLResponse" value="{response}"></form>'
                "<script>document.forms[0].submit()</script>").encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/start"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def post(url, fields, method="POST"):
    """Does as a browser with a page that posts a form; gives the status and the page."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    try:
        connection.request(method, parts.path, urllib.parse.urlencode(fields), {
            "Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "https://idp.example"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def soon(**more):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**more)
