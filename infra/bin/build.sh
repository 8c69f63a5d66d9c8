#!/usr/bin/env bash
# Installs and builds everything from a fresh clone. Usage: infra/bin/build.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
ensure_built
