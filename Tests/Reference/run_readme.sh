#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs what the README says under "Run it" on one host with one settings file, and two workers more:
# run_readme.sh README TIDINGS KAFKA_HOME FOLDER. Prints each management port once its service is ready.
#
# Run it in a separate network namespace (`unshare --net`), so that the default ports are free.
set -euo pipefail
readme=$1 tidings=$2 kafka=$3 folder=$4

ip link set lo up
cd "$folder"
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

cat >server.properties <<END
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
advertised.listeners=PLAINTEXT://127.0.0.1:9092
controller.quorum.bootstrap.servers=127.0.0.1:9093
log.dirs=$folder/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END
export KAFKA_HEAP_OPTS=-Xmx512m LOG_DIR=$folder/log
"$kafka/bin/kafka-storage.sh" format -t AAAAAAAAAAAAAAAAAAAAAA -c server.properties --standalone \
    >format.log 2>&1
"$kafka/bin/kafka-server-start.sh" server.properties >kafka.log 2>&1 &
broker=$!

mkdir -p secrets
printf 'a secret' >secrets/1234
cat >keys.yaml <<END
projects:
  "1234":
    keys:
      - {id: main, secret_file: secrets/1234, mode: active}
END
cat >tidings.yaml <<END
kafka: {bootstrap_servers: "127.0.0.1:9092"}
keys: {file: keys.yaml}
END
export TIDINGS_CONFIG_FILE=$folder/tidings.yaml

# The commands of the block, without what depends on the cluster.
mapfile -t commands < <(sed -n '/^## Run it/,/^`keys.yaml`/s/^    \(tidings .*\)$/\1/p' "$readme" |
    sed 's/ *#.*//; s/--replication 3/--replication 1/')
[ ${#commands[@]} -eq 3 ] || { echo "the README has ${#commands[@]} commands under Run it" >&2; exit 1; }

# In place of the shell that runs it, which the trap would end alone.
tidings() { exec "$tidings" "$@"; }
until (eval "${commands[0]}") >topics.log 2>&1; do
    kill -0 "$broker" || { cat kafka.log >&2; exit 1; }
    sleep 1
done
eval "${commands[1]}" >ingress.log 2>&1 &
eval "${commands[2]}" >worker-0.log 2>&1 &
for slot in 1 2; do "$tidings" worker --worker-slot "$slot" >"worker-$slot.log" 2>&1 & done

for port in 8081 8082 8083 8084; do
    until curl --silent --fail --max-time 5 "http://127.0.0.1:$port/readyz" >/dev/null; do
        [ "$(jobs -pr | wc -l)" -eq 5 ] || { cat ./*.log >&2; exit 1; }
        sleep 0.2
    done
    echo "$port"
done
