#!/bin/bash
# Delivers a file as GitHub does: deliver.sh URL FILE [EVENT [DELIVERY]], with the webhook's secret in
# GITHUB_WEBHOOK_SECRET. For trying out: while it runs, other users of this machine can see the secret among the arguments
# of openssl.
set -euo pipefail
url=$1 file=$2 event=${3:-push} delivery=${4:-$(cat /proc/sys/kernel/random/uuid)}
signature=$(openssl dgst -sha256 -hmac "$GITHUB_WEBHOOK_SECRET" <"$file" | sed 's/^.*= //')
curl -sS -w '\n%{http_code}\n' -H 'Content-Type: application/json' -H "X-GitHub-Event: $event" \
  -H "X-GitHub-Delivery: $delivery" -H "X-Hub-Signature-256: sha256=$signature" --data-binary "@$file" "$url"
