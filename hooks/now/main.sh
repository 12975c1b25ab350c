if [[ $PARAM_ZONE != UTC && ! -f /usr/share/zoneinfo/$PARAM_ZONE ]]; then
  grapnel_status 404
  echo "No time zone is called $PARAM_ZONE; try Europe/Amsterdam."
  exit
fi
TZ=$PARAM_ZONE printf '%(%A %-d %B %Y, %H:%M:%S %Z)T\n'
