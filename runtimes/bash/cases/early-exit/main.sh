grapnel_header X-Kept yes
echo before
exit
echo after
