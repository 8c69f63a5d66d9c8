#!/usr/bin/env bash
# Every check of a change, on a fresh clone: format, types, lint, boundaries, dead code, builds, tests.
# Usage: npm test
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
step() {
  local name=$1
  shift
  local begin=$SECONDS
  echo "== $name"
  "$@" || {
    echo "== $name failed" >&2
    exit 1
  }
  echo "== $name: $((SECONDS - begin)) s"
}
step install ensure_installed
step build run_turbo build
step format prettier --check --log-level warn .
step types run_turbo typecheck
step lint eslint --max-warnings 0 .
step boundaries node infra/gates/boundaries.ts
step "dead code" knip
step tests vitest run
