"""Servers that answer with anything but what was agreed: bytes, pauses, and no end."""

import contextlib
import socket
import threading


class Hostile:
    """A listener that reads a request and then does what it is told with the connection."""

    def __init__(self, behave):
        self.behave = behave
        self.connections = 0
        self.released = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            self.behave(self, connection)

    def close(self):
        self.released.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def request(connection):
    """Reads a request: its head, and as much of a body as it announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return head


def says(answer):
    """These bytes, and the end."""
    def behave(_server, connection):
        request(connection)
        connection.sendall(answer)

    return behave


def drips(answer, every, times):
    """The bytes one by one, so many of them."""
    def behave(server, connection):
        request(connection)
        for byte in answer[:times]:
            connection.sendall(bytes([byte]))
            if server.released.wait(every):
                return

    return behave


def repeats(head, piece, most=64 << 20):
    """A head, and then the same piece until nobody reads it any more."""
    def behave(server, connection):
        request(connection)
        connection.sendall(head)
        sent = 0
        while sent < most and not server.released.is_set():
            connection.sendall(piece * 64)
            sent += len(piece) * 64

    return behave


def hangs_in_the_handshake(server, connection):
    """The beginning of a TLS record, and silence."""
    connection.recv(4096)
    connection.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\x00" * 20)
    server.released.wait()


def http(body, status="200 OK", headers="", length=None):
    """An answer, with a length that may be wrong."""
    body = body if isinstance(body, bytes) else body.encode()
    length = len(body) if length is None else length
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n"
            f"{headers}Connection: close\r\n\r\n").encode() + body
