#!/usr/bin/env bash
# An intranet without a package index, as docs/install.md describes it: a wheelhouse built on a connected machine, hashes
# of all its wheels, an install that may use nothing else. Argument: a bare Python 3.11 or newer with venv and pip.
set -euo pipefail
export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1
[ $# -eq 1 ] || { echo "usage: $0 PYTHON" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
python=$("$1" -c 'import sys; print(sys.executable)') # absolute: the steps run elsewhere
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset PYTHONPATH WENTI_MODEL

echo "-- connected machine: wheelhouse"
"$python" -m venv connected
connected/bin/pip wheel -q --no-deps --wheel-dir wheelhouse "$root"
connected/bin/pip wheel -q --only-binary :all: --no-binary jieba --wheel-dir wheelhouse wheelhouse/wenti-*.whl

echo "-- connected machine: hashes"
# The document's own program, so that it is known to work.
awk '/^```python$/ {inside=1; next} /^```$/ {inside=0} inside' "$root/docs/install.md" > hashes.py
connected/bin/python hashes.py
wheels=$(find wheelhouse -name '*.whl' | wc -l)
[ "$wheels" -eq "$(grep -c -- '--hash=sha256:' wheelhouse/requirements.txt)" ]
grep -q '^jieba==' wheelhouse/requirements.txt
echo "$wheels wheels, $(du -sh wheelhouse | cut -f1)"

echo "-- server: copy, then install with the index switched off"
mkdir server
cp -r wheelhouse server/
cd server
"$python" -m venv .venv
# Nothing of the connected machine's settings may reach the server's pip.
while read -r name; do unset "$name"; done < <(compgen -e PIP_)
export PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
install() { # folder of wheels
  .venv/bin/pip install -q --no-index --find-links "$1" --only-binary :all: --require-hashes -r wheelhouse/requirements.txt
}

# A wheel with one more file in it is a good archive still; only its hash tells.
cp -r wheelhouse tampered
.venv/bin/python - <<'PY'
import pathlib, zipfile
[wheel] = pathlib.Path("tampered").glob("wenti-*.whl")
with zipfile.ZipFile(wheel, "a") as archive:
    archive.writestr("wenti/stranger.py", "")
PY
if install tampered > refusal.txt 2>&1; then
  echo "a tampered wheel was installed" >&2
  exit 1
fi
grep -q 'DO NOT MATCH THE HASHES' refusal.txt || { cat refusal.txt >&2; exit 1; }
[ ! -e .venv/bin/classify ]
echo "tampered wheel refused"

install wheelhouse
.venv/bin/pip check
.venv/bin/classify "项目预算执行率低" | tee answer.txt
grep -q '资金执行 / 预算执行率低' answer.txt
