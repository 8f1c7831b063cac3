#!/usr/bin/env python3
"""An HTTP server, the same over TLS, a proxy and a silent port, all on 127.0.0.1, for HTTPTests.

Prints one line `HTTP TLS PROXY SILENT CERTIFICATE` with the ports and the path of the certificate
that the TLS server shows, then serves until the process that started it is gone.
"""
import http.server
import itertools
import json
import os
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    numbers = itertools.count(1)

    def setup(self):
        super().setup()
        self.number = next(self.numbers)

    def log_message(self, *arguments):
        pass

    def answer(self, body, status=200, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut(self):
        """Closes with a reset instead of an orderly end."""
        self.wfile.flush()
        raw = self.connection
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(raw.detach())
        self.close_connection = True

    def do_any(self):
        path = self.path.partition("?")[0]
        if path == "/drop-upload":
            return self.cut()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path == "/echo":
            lines = [f"{self.command} {self.path}"]
            lines += [f"{name}: {value}" for name, value in self.headers.items()]
            self.answer("\n".join(lines).encode() + b"\n\n" + body)
        elif path.startswith("/connection"):
            self.answer(str(self.number).encode())
            if path.endswith("/last"):  # unannounced
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
        elif path == "/json":
            document = {"method": self.command, "path": self.path, "body": json.loads(body),
                        "headers": {name.lower(): self.headers[name] for name in self.headers}}
            self.answer(json.dumps(document).encode())
        elif path == "/reversed":
            self.answer(body[::-1])
        elif path.startswith("/status/"):
            self.answer(b"told", status=int(path.split("/")[2]))
        elif path.startswith("/large/"):
            self.answer(b"x" * int(path.split("/")[2]))
        elif path == "/redirect":
            self.answer(b"", status=302, headers=[("Location", "/echo")])
        elif path == "/slow":
            time.sleep(60)
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"ten bytes.")
            self.cut()
        elif path == "/drop":
            self.cut()
        else:
            self.answer(b"unknown", status=404)

    do_GET = do_POST = do_PUT = do_any


class Proxy(Handler):
    """Leads every tunnel to the TLS server, whatever host it was asked for."""

    tls_port = 0

    def do_any(self):
        self.answer(f"proxied {self.command} {self.path}".encode())

    do_GET = do_POST = do_PUT = do_any

    def do_CONNECT(self):
        if self.path.startswith("refused."):
            return self.answer(b"", status=403)
        with socket.create_connection(("127.0.0.1", self.tls_port)) as far:
            self.send_response(200)
            self.end_headers()
            near = self.connection
            back = threading.Thread(target=copy, args=(far, near), daemon=True)
            back.start()
            copy(near, far)
            back.join()
        self.close_connection = True


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class TLSServer(Server):
    def finish_request(self, request, client_address):
        # The handshake belongs into the connection's own thread.
        wrapped = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(wrapped, client_address)


def main():
    folder = tempfile.mkdtemp(prefix="credtool-http-test-")
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=credtool test", "-keyout", key, "-out", certificate,
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:tunnelled.invalid"],
        check=True, capture_output=True)
    plain = Server(("127.0.0.1", 0), Handler)
    secure = TLSServer(("127.0.0.1", 0), Handler)
    secure.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.tls.load_cert_chain(certificate, key)
    Proxy.tls_port = secure.server_port
    proxy = Server(("127.0.0.1", 0), Proxy)
    silent = socket.create_server(("127.0.0.1", 0))
    for server in (plain, secure, proxy):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    parent = os.getppid()
    print(plain.server_port, secure.server_port, proxy.server_port, silent.getsockname()[1],
          certificate, flush=True)
    try:
        while os.getppid() == parent:
            time.sleep(0.2)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
