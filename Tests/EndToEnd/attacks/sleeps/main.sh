echo before
exec sleep 600
