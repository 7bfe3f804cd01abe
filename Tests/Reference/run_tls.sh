#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs `tidings topics create` against a broker with two TLS listeners, one with a certificate of its
# name and one with a certificate of another name: run_tls.sh TIDINGS KAFKA_HOME FOLDER. Prints one line
# for each attempt: its name and how it ended.
#
# Run it in a separate network namespace (`unshare --net`), so that fixed ports are free.
set -euo pipefail
tidings=$1 kafka=$2 folder=$3

ip link set lo up
cd "$folder"
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-ca 2>openssl.log
openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -out foreign.pem -days 2 \
    -subj /CN=foreign-ca 2>>openssl.log
for name in localhost elsewhere.example; do
    openssl req -newkey rsa:2048 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2>>openssl.log
    printf 'subjectAltName=DNS:%s' "$name" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$name.ext" \
        -out "$name.crt" 2>>openssl.log
    cat "$name.key" "$name.crt" ca.pem >"$name.pem"
done

cat >server.properties <<END
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAIN:PLAINTEXT,RIGHT:SSL,OTHER:SSL
listeners=PLAIN://localhost:9092,RIGHT://localhost:9094,OTHER://localhost:9095,CONTROLLER://127.0.0.1:9093
advertised.listeners=PLAIN://localhost:9092,RIGHT://localhost:9094,OTHER://localhost:9095
inter.broker.listener.name=PLAIN
controller.quorum.bootstrap.servers=127.0.0.1:9093
listener.name.right.ssl.keystore.type=PEM
listener.name.right.ssl.keystore.location=$folder/localhost.pem
listener.name.other.ssl.keystore.type=PEM
listener.name.other.ssl.keystore.location=$folder/elsewhere.example.pem
log.dirs=$folder/data
END
export KAFKA_HEAP_OPTS=-Xmx512m LOG_DIR=$folder/log
"$kafka/bin/kafka-storage.sh" format -t AAAAAAAAAAAAAAAAAAAAAA -c server.properties --standalone \
    >format.log 2>&1
"$kafka/bin/kafka-server-start.sh" server.properties >kafka.log 2>&1 &
broker=$!

# attempt NAME PORT PROFILE [LINE...]: the lines are the rest of the properties file.
attempt() {
    local name=$1 port=$2 profile=$3 ending=0
    shift 3
    printf '%s\n' "bootstrap.servers=localhost:$port" "security.protocol=ssl" "$@" >"$name.properties"
    "$tidings" topics create --partitions 1 --replication 1 --profile "$profile" \
        --kafka-config-file "$name.properties" >"$name.out" 2>&1 || ending=$?
    echo "$name $ending"
}

until "$tidings" topics create --partitions 1 --replication 1 --kafka-bootstrap-servers localhost:9092 \
    >first.log 2>&1; do
    kill -0 "$broker" || { cat kafka.log >&2; exit 1; }
    sleep 1
done

attempt right 9094 production ssl.ca.location=ca.pem
attempt foreign-ca 9094 production ssl.ca.location=foreign.pem
attempt other-name 9095 production ssl.ca.location=ca.pem
attempt unverified-refused 9095 production ssl.ca.location=ca.pem ssl.endpoint.identification.algorithm=none
attempt other-name-allowed 9095 development ssl.ca.location=ca.pem ssl.endpoint.identification.algorithm=none
attempt anybody-refused 9095 production enable.ssl.certificate.verification=false
