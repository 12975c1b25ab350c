// The command line of "grapnel-launcher serve".
#ifndef GS_LAUNCHER_OPTIONS_H
#define GS_LAUNCHER_OPTIONS_H

#include "sandbox.h"

// Returns whether it is right; if not, with words in `why`.
bool gs_parse_options(int argc, char **argv, gs_options *options, char *why, size_t room);

#endif
