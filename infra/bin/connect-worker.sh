#!/usr/bin/env bash
# Starts a worker. Usage: connect-worker.sh path/to/file.properties
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
start_app worker "$@"
