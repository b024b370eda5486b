#!/bin/sh
# capture.sh COLLECTOR OUT: one log per configuration and encoding.
cd "$(dirname "$0")" || exit 1
python3 answering.py & answering=$!
sleep 1
for config in failing names memory; do
  for ENCODING in console json; do
    export ENCODING
    "$1" --config "$config.yaml" >"$2/collector-$config-$ENCODING.log" 2>&1 & collector=$!
    sleep 2
    ./send.sh 7
    sleep 8
    kill -INT "$collector"
    wait "$collector"
  done
done
for config in invalid twice-wrong; do "$1" --config "$config.yaml" >"$2/collector-$config.log" 2>&1; done
kill "$answering"
