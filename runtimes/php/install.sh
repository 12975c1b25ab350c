# install.sh COMPOSER: installs what composer.json asks for, and writes it as a tar stream to descriptor 3. The bundle's
# composer.json, its lock, vendor/, packages/ and artifacts/ are there, and nothing else of it.
set -eu
php=$GRAPNEL_INTERPRETER
runtime=${0%/*}
mkdir -p /tmp/source /tmp/layer
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
export COMPOSER_HOME=/tmp/composer COMPOSER_CACHE_DIR=/tmp/composer/cache COMPOSER_VENDOR_DIR=/tmp/layer/vendor
export COMPOSER=composer.json COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_AUDIT=1
# Without links: a layer has regular files only.
export COMPOSER_MIRROR_PATH_REPOS=1
if [ "$GRAPNEL_NETWORK" = none ]; then
  export COMPOSER_DISABLE_NETWORK=1
  # Composer does not begin without the certificates that it has no use for.
  if [ ! -r /etc/ssl/certs/ca-certificates.crt ]; then
    mkdir -p /tmp/composer
    echo '{"config": {"disable-tls": true}}' >/tmp/composer/config.json
  fi
fi
"$php" "$runtime/installed.php" before
# Scripts of the hook itself would look for files that are not here.
status=0
"$php" -d memory_limit=-1 "$1" install --no-dev --no-scripts --no-interaction --no-progress --no-ansi || status=$?
if [ $status -ne 0 ]; then
  # It ends with advice for whoever sits before it.
  if [ $status -eq 2 ]; then echo "error: no packages fulfil what composer.json requires on this machine" >&2; fi
  exit $status
fi
"$php" "$runtime/installed.php" after /tmp/layer
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
