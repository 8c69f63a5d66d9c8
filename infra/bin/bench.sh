#!/usr/bin/env bash
# Benchmarks: ours beside the JVM's Kafka Connect on the same broker. Usage: npm run bench [-- SCENARIO ...]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
ensure_built
exec "$NODE" --disable-warning=TimeoutNegativeWarning "$ROOT/infra/bench/main.ts" "$@"
