#!/usr/bin/env bash
# Runs one KRaft broker in the foreground. Usage: run-broker.sh DATA_DIR PORT CONTROLLER_PORT [--tied] [NAME=VALUE ...]
# NAME=VALUE are broker settings on top of the ones below. With --tied the broker ends when standard input does, so that it
# never outlives a killed test. KAFKA_HEAP_OPTS and KAFKA_JVM_OPTS set the JVM's options.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
data=$1 port=$2 controller=$3
shift 3
tied=no
if [ "${1:-}" = --tied ]; then
  tied=yes
  shift
fi
jars="$("$here/fetch-jars.sh")"
mkdir -p "$data"
data="$(cd "$data" && pwd -P)"
cat >"$data/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$data/logs
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
num.partitions=1
min.insync.replicas=1
group.min.session.timeout.ms=1000
EOF
for setting in "$@"; do echo "$setting" >>"$data/server.properties"; done
# shellcheck disable=SC2206
options=(${KAFKA_HEAP_OPTS:--Xms128m -Xmx768m} ${KAFKA_JVM_OPTS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto})
java_command=(java "${options[@]}" -Dlog4j2.configurationFile="$here/log4j2.properties" -cp "$jars/*")
if [ ! -f "$data/logs/meta.properties" ]; then
  "${java_command[@]}" kafka.tools.StorageTool format --ignore-formatted \
    --cluster-id "$(head -c 16 /dev/urandom | base64 | tr '+/' 'pz' | cut -c1-22)" -c "$data/server.properties" >/dev/null
fi
if [ $tied = no ]; then
  exec "${java_command[@]}" kafka.Kafka "$data/server.properties"
fi
exec 3<&0
"${java_command[@]}" kafka.Kafka "$data/server.properties" </dev/null 3<&- &
broker=$!
echo "broker pid $broker"
(
  cat <&3 >/dev/null || true
  kill -9 $broker 2>/dev/null
) &
wait $broker
