"""A folder to carry to machines without a network: wheels, the toolkit, its guide and samples, two starters to click.

    python scripts/offline.py --platform win_amd64      # or: linux
    python scripts/offline.py --platform linux --python 3.12 --extras documents,form,lab,lake,sign

It takes a network, `uv` (`python -m pip install uv`) and pip. Which wheels is resolved for the platform asked for and
for each Python: pip alone would leave out what only that platform needs. The versions are those of constraints.txt.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from audit.running.laid_out import lay_out  # noqa: E402  it takes nothing that is not in Python

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = "documents,form,lab,sign"  # a lake is judged on servers, and its libraries double the size
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")
MANYLINUX = (*(f"manylinux_{version}_x86_64" for version in GLIBC), "manylinux2014_x86_64", "manylinux2010_x86_64",
             "manylinux1_x86_64", "linux_x86_64")  # fmt: skip
PLATFORMS = {  # as asked for: as uv calls it, the tags of wheels that run there, its starters
    "win_amd64": ("x86_64-pc-windows-msvc", ("win_amd64",), "windows"),
    "linux": ("x86_64-manylinux_2_28", MANYLINUX, "linux"),
}
WORK = "kiem-tra"  # where the notebooks, the samples and the guide lie
UV = [sys.executable, "-m", "uv"] if find_spec("uv") else ["uv"]
PIP = [sys.executable, "-m", "pip"] if find_spec("pip") else [*UV, "tool", "run", "pip"]


def main() -> None:
    """Make the folder, and say how big it is."""
    asked = _asked()
    uv_platform, tags, starters = PLATFORMS[asked.platform]
    out = asked.out or ROOT / "out" / f"offline-{asked.platform}"
    if out.exists():
        sys.exit(f"{out}: đã có. Xóa đi, hoặc chọn chỗ khác bằng --out.")
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    _run(*UV, "build", "--quiet", "--wheel", "--out-dir", wheels, ROOT)
    (wheels / ".gitignore").unlink(missing_ok=True)
    for python in asked.python:
        with tempfile.TemporaryDirectory() as own:
            listed = Path(own) / "requirements.txt"
            extras = [word for extra in asked.extras.split(",") for word in ("--extra", extra)]
            tested = ("--constraint", ROOT / "constraints.txt")
            _run(*UV, "pip", "compile", "--quiet", ROOT / "pyproject.toml", *extras, *tested,
                 "--python-platform", uv_platform, "--python-version", python, "--no-header", "--no-annotate",
                 "--only-binary", ":all:", "--output-file", listed)  # fmt: skip
            named = [word for tag in tags for word in ("--platform", tag)]
            _run(*PIP, "download", "--quiet", "--no-deps", "--only-binary", ":all:", *named, "--implementation", "cp",
                 "--python-version", python, "--dest", wheels, "--requirement", listed)  # fmt: skip
        _say(f"Python {python}: {_count(wheels)} gói")
    lay_out(out / WORK)
    _start(starters, out, asked)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    _say(f"Xong: {out}, {_count(wheels)} gói, {size / 1e6:.0f} MB. Chép cả thư mục sang máy không có mạng.")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--platform", choices=PLATFORMS, required=True)
    parser.add_argument("--python", nargs="+", choices=PYTHONS, default=PYTHONS, help="all by default")
    parser.add_argument("--extras", default=EXTRAS, help=f"{EXTRAS} by default")
    parser.add_argument("--out", type=Path, help="out/offline-PLATFORM by default")
    return parser.parse_args()


def _start(starters: str, out: Path, asked: argparse.Namespace) -> None:
    """Put the starters of a platform into the folder, in the line ends that it reads."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    values = {"@EXTRAS@": asked.extras, "@PYTHONS@": " ".join(reversed(asked.python)), "@VERSION@": project["version"],
              "@FIRST@": asked.python[0], "@LAST@": asked.python[-1], "@WORK@": WORK}  # fmt: skip
    source = ROOT / "scripts" / "offline"
    for path in sorted((*(source / starters).rglob("*"), source / "DOC-TRUOC.txt")):
        if path.is_dir():
            continue
        text = path.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(name, value)
        target = out / (path.relative_to(source / starters) if path.is_relative_to(source / starters) else path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\r\n" if starters == "windows" else "\n")
        if path.suffix in (".sh", ".desktop"):
            target.chmod(0o755)


def _count(wheels: Path) -> int:
    return len(list(wheels.glob("*.whl")))


def _run(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"Không làm được: {' '.join(map(str, words))}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if os.name == "nt":
        sys.stdout.reconfigure(encoding="utf-8")
    main()
