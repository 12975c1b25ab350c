# install.sh CPANM: installs what the cpanfile asks for, and writes it as a tar stream to descriptor 3. The bundle's
# cpanfile, its snapshot and vendor/ are there, and nothing else of it.
set -eu
perl=$GRAPNEL_INTERPRETER
runtime=${0%/*}
tool=$1
mkdir -p /tmp/source /tmp/layer/perl /tmp/mirror
cp -R /hook/. /tmp/source
chmod -R u+w /tmp/source
cd /tmp/source
export PERL_CPANM_HOME=/tmp/cpanm PERL_MM_USE_DEFAULT=1 NONINTERACTIVE_TESTING=1
set -- --local-lib-contained /tmp/layer/perl --notest --no-interactive --installdeps .
# It speaks TLS and has what CPAN itself no longer has. cpanm needs a program for that, though.
if [ "$GRAPNEL_NETWORK" != none ] && [ -z "${PERL_CPANM_OPT-}" ] && { command -v curl || command -v wget; } >/dev/null; then
  set -- --mirror https://cpan.metacpan.org "$@"
fi
if [ -f cpanfile.snapshot ] || [ -d vendor ] || [ "$GRAPNEL_NETWORK" = none ]; then
  "$perl" "$runtime/mirror.pl" /tmp/mirror
  set -- --mirror file:///tmp/mirror --mirror-index /tmp/mirror/modules/02packages.details.txt "$@"
  # What a snapshot does not name is not installed.
  if [ "$GRAPNEL_NETWORK" != none ] && [ ! -f cpanfile.snapshot ]; then set -- --cascade-search "$@"; fi
fi
status=0
"$perl" "$tool" "$@" || status=$?
if [ $status -ne 0 ]; then
  # What a package said is in a file; cpanm itself only names that.
  tail -n 200 /tmp/cpanm/build.log >&2 || true
  # The first that failed is the cause of the others.
  sed -n '/^-> FAIL /{s//error: /p;q;}' /tmp/cpanm/build.log >&2 || true
  exit $status
fi
exec tar -C /tmp/layer --format=gnu --sort=name --hard-dereference -cf - . >&3
