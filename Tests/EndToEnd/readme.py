"""Reads the commands out of a README: its ```sh blocks, and the ```ini blocks they lean on."""

import re
from dataclasses import dataclass

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
#: A line that runs credtool: by itself, in a pipe, inside $(…), or as another program's child.
RUNS = re.compile(r"(?:^|[|;(]\s*|\$\(|--\s+)credtool\s", re.M)


@dataclass
class Block:
    line: int
    text: str

    def __repr__(self):
        return f"line {self.line}"


def blocks(text, language):
    return [Block(text.count("\n", 0, match.start()) + 2, match[2])
            for match in BLOCK.finditer(text) if match[1] == language]


def scripts(text):
    """The sh blocks that run credtool."""
    return [block for block in blocks(text, "sh") if RUNS.search(block.text)]


def settings(text):
    """The ini blocks, as one AWS config file."""
    return "\n".join(block.text for block in blocks(text, "ini"))


def foreign_commands(text):
    """The programs a block hands to `exec`, pipes from or runs besides credtool."""
    text = re.sub(r"\\\n\s*", " ", text)
    found = set()
    for line in text.splitlines():
        line = line.split(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        exec_child = re.search(r"credtool exec .*?-- +(\S+)", line)
        if exec_child:
            found.add(exec_child[1])
        for part in re.split(r"\|\|?|&&|;", line):
            word = part.strip().split(" ")[0]
            if re.fullmatch(r"[a-z][\w.-]*", word) and word not in (
                    "credtool", "eval", "export", "source", "cd", "if", "then", "fi"):
                found.add(word)
    return found
