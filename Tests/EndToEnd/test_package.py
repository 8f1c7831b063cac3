"""Installing: the Debian package in a root of its own, and what `make install` does."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from rig.world import ROOT

#: dpkg as somebody without rights, whoever runs the tests.
UNPRIVILEGED = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"] \
    if os.getuid() == 0 else []

#: The builder likewise: the same files are theirs, under another number and without root's rights.
ANOTHER_NUMBER = ["unshare", "--user", "--map-user=4242", "--map-group=4242"]
BUILDER = ANOTHER_NUMBER if subprocess.run(
    [*ANOTHER_NUMBER, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0 else []

COMPLETIONS = {"usr/share/bash-completion/completions/credtool",
               "usr/share/zsh/vendor-completions/_credtool",
               "usr/share/fish/vendor_completions.d/credtool.fish"}


#: Without what a make around the tests would tell the one that they run.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


def run(*command, env=None):
    return subprocess.run(list(map(str, command)), text=True, capture_output=True, check=False,
                          timeout=300, env=env or ENVIRONMENT)


def output(*command, **more):
    done = run(*command, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def pages():
    return {f"usr/share/man/man{page.suffix[1:]}/{page.name}.gz"
            for page in (ROOT / "man").iterdir()}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    done = run(*BUILDER, "make", "-C", ROOT, "--old-file=build", "deb", f"PACKAGES_TO={folder}")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr, done.stderr
    [package] = folder.iterdir()
    return package


class TestPackage:
    def test_lintian_has_nothing_to_say(self, package):
        assert output("lintian", "--allow-root", "--fail-on=error,warning", package) == ""

    def test_version_and_architecture(self, world, package):
        version = world.credtool("version").stdout.split()[-1]
        architecture = output("dpkg", "--print-architecture").strip()
        assert package.name == f"credtool_{version}-0.1_{architecture}.deb"

    def test_everything_is_in_it_and_nothing_else(self, package, tmp_path):
        output("dpkg-deb", "-x", package, tmp_path)
        documents = {f"usr/share/doc/credtool/{name}" for name in
                     ("copyright", "changelog.gz", "changelog.Debian.gz")}
        assert files(tmp_path) == {"usr/bin/credtool"} | pages() | COMPLETIONS | documents

    def test_it_is_the_same_every_time(self, package, tmp_path):
        output(ROOT / "debian/package", tmp_path)
        assert (tmp_path / package.name).read_bytes() == package.read_bytes()

    def test_all_belongs_to_root(self, package):
        owners = {line.split()[1] for line in output("dpkg-deb", "-c", package).splitlines()}
        assert owners == {"root/root"}

    def test_it_depends_on_each_library_that_is_loaded(self, package):
        """The linker's tables don't name them; the errors for a missing one name the package."""
        depends = output("dpkg-deb", "-f", package, "Depends")
        named = set(re.findall(
            r'package: "([a-z0-9.-]+)"',
            "".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))))
        assert len(named) >= 5
        for name in named | {"libc6"}:
            assert re.search(rf"(^|[ |]){re.escape(name)}(t64)?\b", depends), (name, depends)


class Target:
    """A root with nothing in it but the belief that this machine's packages are installed."""

    def __init__(self, folder, missing=""):
        self.root = folder / "root"
        for path in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers",
                     "var/log"):
            (self.root / path).mkdir(parents=True)
        known = Path("/var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n")
        kept = [package for package in known
                if not re.match(rf"Package: ({missing or 'credtool'})\n", package)]
        (self.root / "var/lib/dpkg/status").write_text("\n\n".join(kept), encoding="utf-8")
        if UNPRIVILEGED:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 4242, 4242)

    def install(self, package):
        return run(*UNPRIVILEGED, "dpkg", f"--root={self.root}", "--force-not-root",
                   "--force-bad-path", "--install", package,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})


@pytest.fixture
def folder(package):
    """A folder that somebody without rights can reach, with the package in it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        shutil.copy(package, path)
        yield path


@pytest.fixture
def installed(package, folder):
    target = Target(folder)
    done = target.install(folder / package.name)
    assert done.returncode == 0, done.stdout + done.stderr
    return target.root


class TestInstalled:
    def test_dpkg_has_it(self, installed):
        status = output("dpkg-query", f"--admindir={installed}/var/lib/dpkg", "-W",
                        "-f", "${Status}", "credtool")
        assert status == "install ok installed"

    def test_its_files_are_whole(self, installed):
        assert output("dpkg", f"--root={installed}", "--verify", "credtool") == ""

    def test_the_main_job(self, world, installed):
        world.add("work")
        binary = installed / "usr/bin/credtool"
        done = run(binary, "exec", "work", "--", "printenv", "AWS_ACCESS_KEY_ID",
                   env=world.variables())
        assert done.returncode == 0 and done.stdout.startswith("ASIA"), done

    def test_man_finds_every_page(self, installed):
        for page in (ROOT / "man").iterdir():
            text = output("man", "-M", installed / "usr/share/man", page.suffix[1:], page.stem,
                          env={"PATH": os.environ["PATH"], "MANPAGER": "cat", "MANWIDTH": "80",
                               "LC_ALL": "C.UTF-8"})
            assert text.startswith(page.stem.upper()), text[:200]

    def test_bash_completes(self, installed):
        script = (f"source {installed}/usr/share/bash-completion/completions/credtool; "
                  "complete -p credtool")
        assert "credtool" in output("bash", "-c", script)

    def test_nothing_is_left_when_it_is_removed(self, installed):
        before = files(installed)
        output(*UNPRIVILEGED, "dpkg", f"--root={installed}", "--force-not-root",
               "--force-bad-path", "--purge", "credtool",
               env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        assert any(name.startswith("usr/") for name in before)
        assert not any(name.startswith("usr/") for name in files(installed))


def test_dpkg_refuses_it_where_a_library_is_missing(package, folder):
    done = Target(folder, missing=r"libsecret-1-0").install(folder / package.name)
    assert done.returncode == 1 and "depends on libsecret-1-0" in done.stderr, done.stderr


def test_make_install_and_uninstall(tmp_path):
    where = [f"DESTDIR={tmp_path}", "PREFIX=/usr"]
    output("make", "-C", ROOT, "install", *where)
    assert files(tmp_path) == {"usr/bin/credtool", "usr/share/zsh/site-functions/_credtool"} | {
        name.removesuffix(".gz") for name in pages()} | {
        name for name in COMPLETIONS if "zsh" not in name}
    output("make", "-C", ROOT, "uninstall", *where)
    assert files(tmp_path) == set()
