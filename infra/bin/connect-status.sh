#!/usr/bin/env bash
# Starts a status aggregator. Usage: connect-status.sh path/to/file.properties
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
start_app status "$@"
