"""How long `credtool scan` takes over a tree of files, beside `grep -rl AKIA` over the same, and over a
git repository, beside git writing out all that is in it; and how much memory it has.

Whole processes in turns (A B A B …) on files in the page cache; the medians and their ratios count.
"""

import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

BINARY = Path(os.environ.get("CREDTOOL", Path(__file__).resolve().parents[2] / ".build/release/credtool"))
ROUNDS = 5
MOST_TO_GREP = 2.5
MOST_TO_GIT = 1.5
PEAK_MEMORY = 64 << 10  # KiB


def fill(folder, dice, folders=200, files=100):
    """Many small files of words, a few large ones, and data that is no text: about a gigabyte."""
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyzABIK_.=/ \n", k=dice.randint(2, 12)))
             for _ in range(3000)]
    text = " ".join(dice.choices(words, k=2_000_000)).encode()
    for number in range(folders):
        inner = folder / f"{number % 14}/{number}"
        inner.mkdir(parents=True)
        for name in range(files):
            start = dice.randrange(len(text) - 60_000)
            (inner / f"{name}").write_bytes(text[start:start + dice.randrange(40_000)])
    (folder / "log").write_bytes(text * 20)
    for number in range(20):
        (folder / f"{number}.db").write_bytes(b"\0" + dice.randbytes(15 << 20))


def fill_repository(folder, dice):
    """Some files that change in each of many commits."""
    def git(*words):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL)

    folder.mkdir()
    git("init", "-q")
    lines = [f"line {dice.random()}\n" for _ in range(4000)]
    for number in range(300):
        for _ in range(20):
            lines[dice.randrange(len(lines))] = f"line {dice.random()}\n"
        (folder / f"{number % 10}.txt").write_text("".join(lines))
        git("add", ".")
        git("commit", "-qm", f"{number}")
    git("gc", "-q")


def size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def median_of(commands, environment):
    times = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, argv in commands.items():
            started = time.perf_counter()
            code = subprocess.run(argv, env=environment, check=False, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL).returncode
            # The first round fills the page cache. Neither has found anything.
            if code not in (0, 1):
                raise SystemExit(f"bench: {name} failed: {' '.join(argv)}")
            if number:
                times[name].append(time.perf_counter() - started)
    return {name: statistics.median(each) for name, each in times.items()}


def measure(root):
    dice = random.Random(11)
    environment = {"PATH": os.environ["PATH"], "HOME": str(root / "home"), "LC_ALL": "C"}
    files, repository = root / "files", root / "repository"
    fill(files, dice)
    fill_repository(repository, dice)
    binary = str(BINARY)
    commands = {
        "credtool scan, files": [binary, "scan", str(files)],
        "grep -rl AKIA, files": ["grep", "-rl", "AKIA", str(files)],
        "credtool scan, git": [binary, "scan", str(repository)],
        "git cat-file, all": ["git", f"--git-dir={repository}/.git", "cat-file", "--batch",
                              "--batch-all-objects", "--unordered", "--buffer"],
    }
    medians = median_of(commands, environment)
    for name, seconds in medians.items():
        print(f"{name:24} {seconds:8.2f} s")
    speed = size(files) / medians["credtool scan, files"]
    peak = int(subprocess.run(
        ["/usr/bin/time", "-f", "%M", binary, "scan", str(root)], env=environment, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr.split()[-1])
    print(f"\n{speed / 1e9:.2f} GB a second: 10 GB in {10e9 / speed:.0f} s\n\nbounds")
    met = True
    for is_met, text in [
            (medians["credtool scan, files"] <= MOST_TO_GREP * medians["grep -rl AKIA, files"],
             "credtool scan to grep -rl AKIA: "
             f"{medians['credtool scan, files'] / medians['grep -rl AKIA, files']:.2f}, "
             f"at most {MOST_TO_GREP}"),
            (medians["credtool scan, git"] <= MOST_TO_GIT * medians["git cat-file, all"],
             "credtool scan to git cat-file: "
             f"{medians['credtool scan, git'] / medians['git cat-file, all']:.2f}, "
             f"at most {MOST_TO_GIT}"),
            (peak <= PEAK_MEMORY,
             f"peak memory: {peak / 1024:.1f} MiB, at most {PEAK_MEMORY >> 10}")]:
        met &= is_met
        print(f"  {'met' if is_met else 'MISSED':12}  {text}")
    return met


def main():
    root = Path(tempfile.mkdtemp(prefix="credtool-scan-"))
    try:
        (root / "home").mkdir()
        met = measure(root)
    finally:
        shutil.rmtree(root)
    if not met:
        raise SystemExit(1)


main()
