"""Runs a command where 169.254.170.2 is, as in a container of ECS:
`unshare --user --map-root-user --net taskhost.py ANSWER COMMAND ARGS…`.

In a network namespace of its own the loopback device gets the address, and port 80 there answers
GET with the file ANSWER, to whose name `.asked` a line for each request is written. The process is
the command's own; the server ends with it.
"""

import ctypes
import fcntl
import http.server
import os
import signal
import socket
import struct
import sys

ADDRESS = "169.254.170.2"
SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP, PR_SET_PDEATHSIG = 0x8914, 0x8916, 1, 1


def set_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for name, address in ((b"lo", "127.0.0.1"), (b"lo:1", ADDRESS)):
            fcntl.ioctl(control, SIOCSIFADDR, struct.pack(
                "16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address)))
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", name, IFF_UP))


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        with open(sys.argv[1] + ".asked", "a", encoding="utf-8") as log:
            log.write(self.path + "\n")
        with open(sys.argv[1], "rb") as file:
            body = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    set_up_loopback()
    server = http.server.ThreadingHTTPServer((ADDRESS, 80), Handler)
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)  # the readers of the command's output must not wait for us
        server.serve_forever()
    server.socket.close()
    os.execvp(sys.argv[2], sys.argv[2:])
