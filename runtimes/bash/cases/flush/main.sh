grapnel_status 202
echo first
grapnel_flush
read -r word
echo "second $word"
