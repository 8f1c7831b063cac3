"""A screen without a monitor: windows that programs open are waited for, typed into, dismissed."""

import os
import re
import shutil
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from .keyring import eventually

#: Where the picture of a screen goes on which something did not come about.
PICTURE = Path(__file__).resolve().parents[3] / ".build/desktop.png"


class Desktop:
    """An X server of its own without a window manager. It takes the first display that is free."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="credtool-screen-")
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-noreset",
             "-screen", "0", "1024x768x24", "-fbdir", self._folder],
            pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(writing)
        with open(reading, encoding="ascii") as number:
            display = number.readline().strip()
        if not display:
            self.close()
            raise AssertionError("Xvfb (package xvfb) did not start")
        #: For programs that are to show something; none of them looks for a screen reader.
        self.variables = {"DISPLAY": f":{display}", "NO_AT_BRIDGE": "1"}

    def _xdotool(self, *arguments):
        return subprocess.run(
            ["xdotool", *arguments], env=os.environ | self.variables, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            check=False, timeout=60).stdout

    def windows(self):
        """The windows that can be seen: number and process → title. A number is used again."""
        found = {}
        for number in self._xdotool(
                "search", "--onlyvisible", "--maxdepth", "1", "--name", "").split():
            title, _, process = self._xdotool(
                "getwindowname", number, "getwindowpid", number).partition("\n")
            if title:
                found[number, process.strip()] = title
        return found

    def size(self, window):
        """Width and height as a text, to see that they change."""
        return self._xdotool("getwindowgeometry", "--shell", window[0]).partition("WIDTH")[2]

    def wait_for(self, condition, what):
        """Waits until a condition holds; else there is a picture of what the screen shows."""
        try:
            return eventually(condition, what, 30)
        except AssertionError as error:
            self._picture()
            raise AssertionError(
                f"{error}; there are {self.windows()}, see {PICTURE}") from None

    def window(self, title, besides=()):
        """A window of this title (a pattern), once there is one."""
        def found():
            return [window for window, text in self.windows().items()
                    if re.fullmatch(title, text) and window not in besides]

        return self.wait_for(found, f"a window {title!r}")[0]

    def type(self, window, text):
        """Types a line into a window."""
        self._xdotool("windowfocus", window[0], "type", "--delay", "1", text)
        self.press(window, "Return")

    def press(self, window, *keys):
        """Presses keys one after the other, by their names in X."""
        self._xdotool("windowfocus", window[0], "key", "--delay", "1", *keys)

    def answers(self, title, text):
        """Waits for a window, types a line into it, and waits until it is gone."""
        window = self.window(title)
        self.type(window, text)
        self.is_gone(window)

    def dismisses(self, title):
        """Waits for a window, presses Escape in it, and waits until it is gone."""
        window = self.window(title)
        self.press(window, "Escape")
        self.is_gone(window)

    def is_gone(self, window):
        self.wait_for(lambda: window not in self.windows(), "the end of a window")

    def _picture(self):
        """Xvfb keeps its screen as a file in XWD's form, 32 bits a pixel."""
        data = Path(self._folder, "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", data[:100])
        width, height, line = header[4], header[5], header[12]
        pixels = data[header[0] + header[19] * 12:]
        rows = b""
        for y in range(height):
            row = pixels[y * line:y * line + width * 4]
            colours = bytearray(width * 3)
            colours[0::3], colours[1::3], colours[2::3] = row[2::4], row[1::4], row[0::4]
            rows += b"\0" + colours

        def chunk(kind, content):
            return (struct.pack(">I", len(content)) + kind + content
                    + struct.pack(">I", zlib.crc32(kind + content)))

        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))

    def close(self):
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
