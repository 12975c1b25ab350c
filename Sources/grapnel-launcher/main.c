// grapnel-launcher: makes every sandbox, so that the server is never forked. See CSandbox for what it does.
#include <stdio.h>
#include <string.h>

#include "grapnel_sandbox.h"

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "serve") == 0) return gs_serve_main(argc - 1, argv + 1);
  if (strcmp(mode, "probe") == 0) return gs_probe_main(argc - 1, argv + 1);
  if (strcmp(mode, "enter") == 0) return gs_enter_main(argc - 1, argv + 1);
  fputs(
    "usage: grapnel-launcher serve --socket-fd N --level full|user --bundles DIR --runtimes DIR [--mount PATH]...\n"
    "                              [--uid-base N] [--cgroup-name NAME] [--allow-host-network]\n"
    "                              [--fork|--spare RUNTIME --word WORD...]... [--warm-idle-ms N] [--warm-runs N]\n"
    "                              [--warm-patience-ms N] [--warm-memory BYTES]\n"
    "       grapnel-launcher probe [--runtimes DIR]\n"
    "       grapnel-launcher enter --uid N --gid N [--bind SOURCE=NAME]... [--bind-ro SOURCE=NAME]... -- PROGRAM ...\n",
    stderr);
  return 64;
}
