sleep 600 &
echo 'the parent is done'
