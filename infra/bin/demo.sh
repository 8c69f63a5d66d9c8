#!/usr/bin/env bash
# Shows the whole thing: a Kafka, two workers, two gateways and an aggregator, files through them, a worker killed.
# Usage: npm run demo -- [--exit] [FILE]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
ensure_built
exec "$NODE" --disable-warning=TimeoutNegativeWarning "$ROOT/infra/demo/main.ts" "$@"
