# install.sh BUNDLE: installs what the Gemfile asks for, and writes it as a tar stream to descriptor 3. The bundle's
# Gemfile, its lock and vendor/ are there, and nothing else of it.
set -eu
ruby=$GRAPNEL_INTERPRETER
runtime=${0%/*}
mkdir -p /tmp/source /tmp/layer/ruby /tmp/bundler
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
export BUNDLE_PATH=/tmp/layer/ruby BUNDLE_USER_HOME=/tmp/bundler BUNDLE_APP_CONFIG=/tmp/bundler
export BUNDLE_WITHOUT=${BUNDLE_WITHOUT-development:test} BUNDLE_SILENCE_ROOT_WARNING=true
export BUNDLE_DISABLE_SHARED_GEMS=true BUNDLE_DISABLE_VERSION_CHECK=true BUNDLE_NO_PRUNE=true
export BUNDLE_GEMFILE=/tmp/source/Gemfile
if [ -f Gemfile.lock ]; then export BUNDLE_FROZEN=true; fi
if [ "$GRAPNEL_NETWORK" = none ]; then set -- "$1" --local; fi
tool=$1
shift
"$ruby" "$tool" install "$@"
"$ruby" "$runtime/installed.rb" /tmp/layer/ruby /tmp/source
# The packages as they were fetched, and what git keeps of them.
rm -rf /tmp/layer/ruby/ruby/*/cache /tmp/layer/ruby/ruby/*/bundler/gems/*/.git
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
