# Sourced by the scripts beside it: finds the repository, pnpm and the workspace's own Node.
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
PNPM_VERSION="$(sed -n 's/.*"packageManager": *"pnpm@\([^"]*\)".*/\1/p' "$ROOT/package.json")"

# Puts the pnpm that the workspace names on the PATH, where turbo looks for it too.
use_pnpm() {
  local dir
  if [ "$(pnpm --version 2>/dev/null)" != "$PNPM_VERSION" ]; then
    dir="$(npx --yes --package="pnpm@$PNPM_VERSION" -c 'dirname "$(command -v pnpm)"')" || {
      echo "pnpm $PNPM_VERSION could not be fetched; is the npm registry reachable?" >&2
      return 1
    }
    PATH="$dir:$PATH"
    export PATH
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
    (use_pnpm && cd "$ROOT" && pnpm install --frozen-lockfile --reporter=silent) || {
      echo "Dependencies could not be installed; is the npm registry reachable?" >&2
      return 1
    }
    touch "$stamp"
  fi
  use_workspace_node
}

# run_turbo TASK: the task of every package, unless nothing changed since it was last done.
run_turbo() {
  (use_pnpm && cd "$ROOT" && turbo run "$1" --output-logs=errors-only)
}

# Builds the apps and plugins; several at once take turns, since a build begins by clearing what was built.
ensure_built() {
  mkdir -p "$ROOT/infra/.run"
  (
    flock 8
    # Nothing that stays behind may keep the lock.
    ensure_installed 8>&- && build_quietly 8>&-
  ) 8>"$ROOT/infra/.run/build.lock" && use_workspace_node
}

# Says something only where it takes time or fails.
build_quietly() {
  local output
  [ -f "$ROOT/apps/worker/dist/main.js" ] || echo "Building" >&2
  output="$(run_turbo build 2>&1)" || {
    echo "$output" >&2
    return 1
  }
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
