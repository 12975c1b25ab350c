# prepare.sh SWIFTC ENTRY: compiles the Swift files of the bundle, with the module Grapnel, and writes the program as a tar
# stream to descriptor 3. Faults are told with the names that the files have in the bundle.
set -eu
swiftc=$1
entry=$2
runtime=${0%/*}
mkdir -p /tmp/module /tmp/source /tmp/layer
options="-module-cache-path /tmp/cache -diagnostic-style=llvm"

# Optimizing the module would take five times as long as all the rest.
cd /tmp/module
"$swiftc" $options -Onone -swift-version 6 -parse-as-library -whole-module-optimization -module-name Grapnel \
  -emit-module -emit-module-path Grapnel.swiftmodule -c -o Grapnel.o "$runtime"/*.swift

# The entry is compiled under a name that says what it is: main.swift may have statements, others only declarations. A
# first line that names an interpreter is one to Swift only in main.swift.
cd /hook
if grep -Eq '^((public|nonisolated|@[A-Za-z]+) +)*func +handler *[(<]' "./$entry"; then
  copy=/tmp/source/entry.swift
  printf 'import Grapnel\nawait Grapnel.serve(handler)\n' >/tmp/source/main.swift
  set -- /tmp/source/main.swift "$copy"
elif grep -Eq '^@main([^A-Za-z]|$)' "./$entry"; then
  copy=/tmp/source/entry.swift
  set -- -parse-as-library "$copy"
else
  copy=/tmp/source/main.swift
  set -- "$copy"
fi
sed '1s/^#!/\/\/ /' "./$entry" >"$copy"

# The other files stand where they are, and are named from there.
others=$(find . -name '*.swift' ! -path "./$entry" | sort)
IFS='
'
set -f
for file in $others; do set -- "$@" "${file#./}"; done
unset IFS
status=0
"$swiftc" $options -O -module-name hook -static-stdlib -I /tmp/module -o /tmp/layer/main "$@" /tmp/module/Grapnel.o \
  -Xlinker -s >/tmp/words 2>&1 || status=$?
name=$(printf %s "$entry" | sed 's/[&\\|]/\\&/g')
sed "s|$copy|$name|g" /tmp/words >&2
[ $status -eq 0 ] || exit $status
exec tar -C /tmp/layer --format=gnu --sort=name -cf - . >&3
