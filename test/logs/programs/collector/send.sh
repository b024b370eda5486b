#!/bin/sh
# send.sh N [port]: N requests of one span each.
for i in $(seq "$1"); do
  curl -s -o /dev/null -X POST "http://127.0.0.1:${2:-24318}/v1/traces" -H 'content-type: application/json' -d '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"work","kind":1,"startTimeUnixNano":"1795581842000000000","endTimeUnixNano":"1795581843000000000"}]}]}]}'
done
