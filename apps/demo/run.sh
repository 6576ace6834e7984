#!/usr/bin/env bash
# Installs what the demo needs into the active Python environment, then runs it; arguments go to `mmmem demo`.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python -m pip install -q "$root[house]"
if ! ldconfig -p 2>/dev/null | grep -q 'libEGL\.so\.1' && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends libegl1 libgl1-mesa-dri >/dev/null; } ||
    echo "no GL could be installed; the house is drawn without it, more slowly" >&2
fi
exec mmmem demo "$@"
