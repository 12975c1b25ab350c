// What the page of a language finds in the library that its interpreter loads.
#ifndef GRAPNEL_FORK_H
#define GRAPNEL_FORK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Makes processes at the launcher's word. Returns 0 in the process of a run, once for each: all that a run is given is in
// place, descriptors, folder, limits, rights and the C library's environment, and what the interpreter itself remembers
// is the page's to renew. Where it began, it never returns.
int gs_fork_serve(void);

// In a process that was executed ahead of need: waits for its run, and returns 0 when all of that is in place.
int gs_park(void);

// The run's entry file. It stays.
const char *gs_run_entry(void);

// The run's variables, each with its NUL, in one piece. It stays.
const char *gs_run_environment(size_t *length);

#ifdef __cplusplus
}
#endif

#endif
