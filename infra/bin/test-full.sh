#!/usr/bin/env bash
# The long suites, which `npm test` holds one of each kind of: histories of the config topic under kills and freezes, the
# seeded simulation of the cluster, everything in test/full, clients that others made or generate against a live gateway,
# and whole pipelines beside the JVM's. Usage: npm run test:full [-- SUITE ...], SUITE being history, simulation, full,
# clients or comparison. What each does more of is set by the environment:
#   MILLRACE_HISTORY_SECONDS  seconds of writing under faults (1800)
#   MILLRACE_GATEWAY_HISTORY_SECONDS  seconds of calls to gateways under faults (300)
#   MILLRACE_SEEDS            simulated clusters (20000)
#   MILLRACE_FAULT_ROUNDS     random faults to a cluster of five workers (24)
#   MILLRACE_FUZZ_SECONDS     seconds of made-up requests to a gateway (240)
#   MILLRACE_FUZZ_SEED        what they are made from (1)
# All suites run, also after one has failed; the exit code is that of the worst.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
history_seconds="${MILLRACE_HISTORY_SECONDS:-1800}"
seeds="${MILLRACE_SEEDS:-20000}"
suites=("$@")
[ $# -gt 0 ] || suites=(history simulation full clients comparison)
ensure_built

run_suite() {
  case "$1" in
    history)
      MILLRACE_HISTORY_SECONDS="$history_seconds" vitest run --config vitest.full.config.ts test/full/history.test.ts
      ;;
    simulation) MILLRACE_SEEDS="$seeds" vitest run test/simulation ;;
    full) vitest run --config vitest.full.config.ts test/full --exclude test/full/history.test.ts ;;
    clients)
      bash test/clients/install-tools.sh
      vitest run --config vitest.full.config.ts test/clients
      ;;
    comparison) vitest run --config vitest.full.config.ts test/comparison ;;
    *)
      echo "There is no suite $1; there are history, simulation, full, clients and comparison" >&2
      return 2
      ;;
  esac
}

worst=0
summary=()
for suite in "${suites[@]}"; do
  begin=$SECONDS
  echo "== $suite"
  code=0
  run_suite "$suite" || code=$?
  [ $code -le $worst ] || worst=$code
  result=passed
  [ $code -eq 0 ] || result="failed ($code)"
  summary+=("$suite: $result, $((SECONDS - begin)) s")
done
printf '== %s\n' "${summary[@]}"
exit $worst
