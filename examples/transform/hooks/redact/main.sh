# -u: every line goes out as soon as it was read.
exec sed -u -E -e 's/[[:alnum:]._%+-]+@[[:alnum:].-]+\.[[:alpha:]]{2,}/[e-mail]/g' -e 's/[0-9]{8,}/[number]/g'
