#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the committed events of a topic to its end, one a line, each after its key and a tab:
# kcat.sh BOOTSTRAP [TOPIC]
#
# kcat is a Debian package. Its librdkafka reads committed records by default; saying so protects against an
# old one.
set -euo pipefail
exec kcat -C -b "$1" -t "${2:-payments.status.v1}" -X isolation.level=read_committed \
    -o beginning -e -q -f '%k\t%s\n'
