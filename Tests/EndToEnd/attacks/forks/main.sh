echo before
while sleep 600 & do :; done
wait
