# install.sh LUAROCKS: installs what the rockspec depends on, and writes it as a tar stream to descriptor 3. The bundle's
# rockspec, its lock and vendor/ are there, and nothing else of it.
set -eu
tool=$1
version=$("$GRAPNEL_INTERPRETER" -E -e 'io.write(_VERSION:sub(5))')
mkdir -p /tmp/source /tmp/layer/lua
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
set -- *.rockspec
if [ $# -gt 1 ]; then
  echo "there are several rockspecs, of which one can say what the hook needs: $*" >&2
  exit 1
fi
set -- make --only-deps --deps-mode=one "$1"
# LuaRocks wants the headers of Lua for rocks that have nothing to compile, too.
has_headers=
for folder in "lua$version" "lua/$version" "lua-$version" .; do
  if [ -e "/usr/include/$folder/lua.h" ]; then has_headers=yes; fi
done
if [ -z "$has_headers" ]; then
  mkdir -p /tmp/include
  number=$(printf %s "$version" | sed 's/\./0/')
  printf '#define LUA_VERSION_NUM %s\n#error "the headers of Lua are missing: apt-get install liblua%s-dev"\n' \
    "$number" "$version" >/tmp/include/lua.h
  set -- "$@" LUA_INCDIR=/tmp/include
fi
if [ -d vendor ] || [ "$GRAPNEL_NETWORK" = none ]; then
  mkdir -p vendor
  "$tool-admin" "--lua-version=$version" make_manifest vendor
  if [ "$GRAPNEL_NETWORK" = none ]; then
    set -- --only-server=/tmp/source/vendor "$@"
  else
    set -- --server=/tmp/source/vendor "$@"
  fi
fi
"$tool" "--lua-version=$version" --tree=/tmp/layer/lua "$@"
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
