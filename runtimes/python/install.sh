# install.sh: installs what requirements.txt asks for into a folder, and writes that as a tar stream to descriptor 3. The
# bundle's requirements*.txt, constraints*.txt, vendor/ and wheels/ are there, and nothing else of it.
set -eu
python=$GRAPNEL_INTERPRETER
target=/tmp/layer/python
# Packages are built where they stand, and the bundle is read-only.
mkdir -p /tmp/source "$target"
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
if [ "$GRAPNEL_NETWORK" = none ]; then
  set -- --no-index --no-build-isolation
else
  set --
fi
for folder in vendor wheels; do
  if [ -d $folder ]; then set -- "$@" --find-links "$folder"; fi
done
"$python" -I -m pip install --target "$target" --no-cache-dir --no-input --disable-pip-version-check --no-compile \
  --no-warn-script-location "$@" -r requirements.txt
# By content, since a layer keeps no times.
"$python" -I -S -m compileall -q --invalidation-mode unchecked-hash "$target" ||
  echo "some modules cannot be compiled; they are when they are loaded" >&2
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
