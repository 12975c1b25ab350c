# install.sh NPM: installs what package.json asks for, and writes it as a tar stream to descriptor 3. The bundle's
# package.json, its lock, .npmrc and vendor/ are there, and nothing else of it.
set -eu
npm=$1
mkdir -p /tmp/source /tmp/layer
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
# Without links: a layer has regular files only.
set -- --omit=dev --install-links --no-bin-links --no-audit --no-fund --no-update-notifier --cache /tmp/npm
if [ "$GRAPNEL_NETWORK" = none ]; then set -- "$@" --offline; fi
if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then
  "$npm" ci "$@"
else
  "$npm" install --no-package-lock "$@"
fi
rm -rf /tmp/npm
if [ -d node_modules ]; then mv node_modules /tmp/layer/node_modules; fi
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
