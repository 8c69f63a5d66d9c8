#!/usr/bin/env bash
# Starts a node: a worker and a gateway in one process. Usage: connect-distributed.sh path/to/file.properties
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
start_app connect-distributed "$@"
