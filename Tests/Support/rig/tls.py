"""Certificates for the local STS, and a proxy to reach it under AWS's own host names."""

import base64
import datetime
import ipaddress
import select
import socket
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificates(folder, hosts):
    """A CA and a server certificate for the hosts; gives the paths (ca, certificate, key)."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def build(name, public_key, issuer, issuer_key, is_ca):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name).issuer_name(issuer).public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                issuer_key.public_key()), critical=False))
        if not is_ca:
            names = [
                x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit()
                else x509.DNSName(host) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(issuer_key, hashes.SHA256())

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = build(named("credtool test CA"), ca_key.public_key(),
               named("credtool test CA"), ca_key, True)
    leaf = build(named("sts"), key.public_key(), ca.subject, ca_key, False)
    contents = {
        "ca.pem": ca.public_bytes(serialization.Encoding.PEM),
        "server.pem": leaf.public_bytes(serialization.Encoding.PEM),
        "server.key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in contents)


class ForwardProxy:
    """An HTTP proxy that takes every tunnel to one local port, whatever host was asked for."""

    def __init__(self, port, credentials=None):
        self._target = ("127.0.0.1", port)
        self._credentials = credentials and base64.b64encode(credentials.encode()).decode()
        self.asked = []  # the first line of every request
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client = self._socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(4096)
                if not more:
                    return
                head += more
            lines = head.split(b"\r\n")
            self.asked.append(lines[0].decode())
            wanted = self._credentials and f"proxy-authorization: basic {self._credentials}"
            if wanted and wanted.lower().encode() not in head.lower():
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                               b"Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
                               b"Content-Length: 0\r\n\r\n")
                return
            with socket.create_connection(self._target) as server:
                if lines[0].startswith(b"CONNECT "):
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    server.sendall(head)
                self._carry(client, server)

    @staticmethod
    def _carry(one, other):
        while True:
            for source in select.select([one, other], [], [], 30)[0]:
                try:
                    data = source.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                (other if source is one else one).sendall(data)

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
