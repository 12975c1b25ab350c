#!/bin/bash
# Declares jars, cookies and crumbs: GRAPNEL_SERVER says where the server is, GRAPNEL_KEY is an admin's key.
set -eu
: "${GRAPNEL_SERVER:?the address of a server, such as http://localhost:8080}" "${GRAPNEL_KEY:?a key of the server}"

declare_class() {
  curl -sS --fail-with-body -o /dev/null -X PUT -H "Authorization: Bearer $GRAPNEL_KEY" \
    -H 'Content-Type: application/json' "$GRAPNEL_SERVER/v1/buckets/main/collections/$1" -d "{\"data\": {\"fields\": $2}}"
}

declare_class cookie '[
  {"name": "type", "type": "string", "default": "plain"},
  {"name": "jar", "ref": {"class": "jar", "inverse": "cookies", "on_target_delete": "cascade"}}]'
declare_class jar '[
  {"name": "label", "type": "string"},
  {"name": "cookies", "ref": {"class": "cookie", "many": true, "inverse": "jar"}}]'
declare_class crumb '[
  {"name": "cookie", "type": "string", "required": true},
  {"name": "type", "type": "string"},
  {"name": "eaten_by", "type": "string"}]'
