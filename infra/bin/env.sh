# Sourced by the scripts beside it: finds the repository, pnpm and the workspace's own Node.
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
PNPM_VERSION="$(sed -n 's/.*"packageManager": *"pnpm@\([^"]*\)".*/\1/p' "$ROOT/package.json")"

run_pnpm() {
  if command -v pnpm >/dev/null 2>&1 && [ "$(pnpm --version 2>/dev/null)" = "$PNPM_VERSION" ]; then
    (cd "$ROOT" && pnpm "$@")
  else
    (cd "$ROOT" && npx --yes "pnpm@$PNPM_VERSION" "$@")
  fi
}

# The Node that the workspace carries; an older system Node has done its part once this is there.
NODE="$ROOT/node_modules/node/bin/node"

use_workspace_node() {
  PATH="$ROOT/node_modules/node/bin:$ROOT/node_modules/.bin:$PATH"
  export PATH
}

# Installs what the lock file names unless that was done since it last changed.
ensure_installed() {
  local stamp="$ROOT/node_modules/.millrace-installed"
  if [ ! -x "$NODE" ] || [ ! -e "$stamp" ] || [ "$ROOT/pnpm-lock.yaml" -nt "$stamp" ]; then
    echo "Installing dependencies" >&2
    run_pnpm install --frozen-lockfile --reporter=silent || {
      echo "Dependencies could not be installed; is the npm registry reachable?" >&2
      return 1
    }
    touch "$stamp"
  fi
  use_workspace_node
}

# Builds the apps and plugins unless nothing changed since the last build.
ensure_built() {
  ensure_installed || return 1
  (cd "$ROOT" && turbo run build --output-logs=errors-only >&2)
}

# start_app APP FILE: replaces this shell by the app, built first where it is not.
start_app() {
  local app=$1
  if [ $# -ne 2 ] || [ ! -f "$2" ]; then
    [ $# -eq 2 ] && echo "There is no file $2" >&2
    echo "Usage: $(basename "$0") path/to/file.properties" >&2
    exit 1
  fi
  if [ ! -f "$ROOT/apps/$app/dist/main.js" ] || [ ! -x "$NODE" ]; then
    ensure_built
  fi
  exec "$NODE" --disable-warning=TimeoutNegativeWarning "$ROOT/apps/$app/dist/main.js" "$2"
}
