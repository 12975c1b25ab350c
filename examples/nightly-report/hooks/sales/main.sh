cat <<'JSON'
[{"amount": 1250, "currency": "EUR"}, {"amount": 990, "currency": "EUR"}, {"amount": 2000, "currency": "USD"}]
JSON
