#!/usr/bin/env bash
# Starts a REST gateway. Usage: connect-gateway.sh path/to/file.properties
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
start_app gateway "$@"
