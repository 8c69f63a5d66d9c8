#!/usr/bin/env bash
# A Kafka broker on this machine, for people: starts it, stops it, says whether it runs.
# Usage: kafka.sh start|stop|status [FOLDER]
# FOLDER keeps its data, log and process id; infra/.run/kafka if left out. It listens on 127.0.0.1:9092, or on the port that
# KAFKA_PORT names. Where KAFKA_BOOTSTRAP_SERVERS is set, that cluster is meant: it is looked for, never started or stopped.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
port="${KAFKA_PORT:-9092}"
start_limit_s=90
stop_limit_s=30

usage() {
  echo "Usage: $(basename "$0") start|stop|status [FOLDER]" >&2
  exit 1
}
[ $# -ge 1 ] && [ $# -le 2 ] || usage

# Whether a broker answers an ApiVersions request at HOST PORT.
answers() {
  timeout 3 bash -c '
    exec 3<>"/dev/tcp/$0/$1" || exit 1
    printf "\0\0\0\012\0\022\0\0\0\0\0\001\377\377" >&3
    [ "$(head -c 4 <&3 | wc -c)" -eq 4 ]
  ' "$1" "$2" 2>/dev/null
}

port_taken() {
  timeout 1 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0"' "$1" 2>/dev/null
}

# The process id of the broker of this folder; fails when it does not run.
running_pid() {
  local pid
  [ -f "$pid_file" ] && pid="$(cat "$pid_file")" && [ -n "$pid" ] || return 1
  # Another program may have been given the number since.
  ps -ww -o command= -p "$pid" 2>/dev/null | grep -q "$folder/data" || return 1
  echo "$pid"
}

running_port() {
  sed -n 's/^advertised.listeners=PLAINTEXT:\/\/127.0.0.1:\([0-9]*\)$/\1/p' "$folder/data/server.properties"
}

given_cluster() {
  local server
  for server in ${KAFKA_BOOTSTRAP_SERVERS//,/ }; do
    if answers "${server%:*}" "${server##*:}"; then
      echo "Kafka answers at $server (KAFKA_BOOTSTRAP_SERVERS)"
      return 0
    fi
  done
  echo "No broker answers at $KAFKA_BOOTSTRAP_SERVERS (KAFKA_BOOTSTRAP_SERVERS)" >&2
  return 1
}

start() {
  local pid controller
  if pid="$(running_pid)"; then
    echo "Kafka runs already at 127.0.0.1:$(running_port) (pid $pid)"
    return 0
  fi
  if port_taken "$port"; then
    echo "Port $port is in use by another program; set KAFKA_PORT to a free one" >&2
    return 1
  fi
  controller=$((port + 1))
  while port_taken "$controller"; do controller=$((controller + 1)); done
  "$here/../kafka/fetch-jars.sh" >/dev/null
  while ! launch "$controller"; do
    # An outgoing connection may have that port: nobody listens on it, and nobody can.
    if ! grep -q "bind to 127.0.0.1:$controller: Address already in use" "$log"; then
      echo "The broker ended; its last words ($log):" >&2
      tail -n 15 "$log" >&2
      return 1
    fi
    controller=$((controller + 1))
  done
}

# Starts a broker whose controller listens on that port, and waits until it answers. Fails when it ended.
launch() {
  local pid controller=$1
  # A session of its own, where there is such a command: Ctrl-C in this terminal is not meant for the broker.
  # shellcheck disable=SC2046
  nohup $(command -v setsid) "$here/../kafka/run-broker.sh" "$folder/data" "$port" "$controller" >"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$pid_file"
  local begin=$SECONDS
  until answers 127.0.0.1 "$port"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$pid_file"
      return 1
    fi
    if [ $((SECONDS - begin)) -gt $start_limit_s ]; then
      echo "The broker does not answer after $start_limit_s s; its log is $log" >&2
      stop >/dev/null
      exit 1
    fi
    sleep 0.2
  done
  echo "Kafka runs at 127.0.0.1:$port (pid $pid, data and log in $folder)"
}

stop() {
  local pid begin=$SECONDS
  if ! pid="$(running_pid)"; then
    echo "Kafka does not run here"
    rm -f "$pid_file"
    return 0
  fi
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    if [ $((SECONDS - begin)) -gt $stop_limit_s ]; then
      kill -9 "$pid" 2>/dev/null || true
    fi
    sleep 0.2
  done
  rm -f "$pid_file"
  echo "Kafka has stopped"
}

status() {
  local pid
  if ! pid="$(running_pid)"; then
    echo "Kafka does not run here"
    return 1
  fi
  if ! answers 127.0.0.1 "$(running_port)"; then
    echo "Kafka has a process (pid $pid) and does not answer at 127.0.0.1:$(running_port)"
    return 1
  fi
  echo "Kafka runs at 127.0.0.1:$(running_port) (pid $pid, data and log in $folder)"
}

case "$1" in
  start | stop | status) ;;
  *) usage ;;
esac
if [ -n "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then
  given_cluster
  exit
fi
folder="${2:-$here/../.run/kafka}"
mkdir -p "$folder"
folder="$(cd "$folder" && pwd -P)"
pid_file="$folder/kafka.pid"
log="$folder/kafka.log"
"$1"
