echo partial
exit 7
