// Which folder of a hierarchy of cgroups the launcher makes its own in.
#ifndef GS_CGROUP_PLACE_H
#define GS_CGROUP_PLACE_H

#include <stdbool.h>
#include <stddef.h>

// Holds the processes that were in a place before it was arranged. No launcher's own folder has this name.
#define GS_HOST_LEAF "grapnel-host"

// Whether `word` is one of the words between any of the separators.
bool gs_has_word(const char *list, const char *word, const char *separators);

// Version 1: the folder that the launcher itself is in. Returns a descriptor or -errno.
int gs_separate_place(const char *controller);

// Names of controllers, the required ones first.
typedef struct {
  const char *const *names;
  size_t count, required;
} gs_controllers;

#define GS_GIVEN_ROOM 256

// Version 2: a folder whose children have the controllers, all that are required and the others that are there; `given`
// (GS_GIVEN_ROOM) says which, each with a plus and a blank. Returns a descriptor; -ENODEV where version 2 has none of
// the required ones; or another -errno. With words in `why`.
int gs_unified_place(const gs_controllers *wanted, char *given, char *why, size_t room);

#endif
