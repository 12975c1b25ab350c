while :; do printf '\xff\x00\xfe%01000d' 0; done >&2
