// What a run sees of its own: its bundle and layers, and the host's name servers, as mounts that are attached to nothing
// yet.
//
// The launcher opens them for the init, which has taken away its own sight of their folders by then.
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "kernel.h"
#include "sandbox.h"

// The clone inherits read-only, nosuid and nodev from the mount of all.
static int open_content(const char *store, const char *name) {
  int folder = open(store, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -errno;
  int content = gs_openat2(
    folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC,
    GS_RESOLVE_BENEATH | GS_RESOLVE_NO_SYMLINKS | GS_RESOLVE_NO_MAGICLINKS);
  int error = errno;
  close(folder);
  if (content < 0) return -error;
  int tree = gs_open_tree(content, "", GS_OPEN_TREE_CLONE | GS_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  error = errno;
  close(content);
  return tree >= 0 ? tree : -error;
}

static int open_resolver(void) {
  int tree = gs_open_tree(AT_FDCWD, GS_HIDDEN_RESOLVER, GS_OPEN_TREE_CLONE | GS_OPEN_TREE_CLOEXEC);
  if (tree < 0) return -errno;
  uint64_t attributes = GS_MOUNT_ATTR_RDONLY | GS_MOUNT_ATTR_NOSUID | GS_MOUNT_ATTR_NODEV;
  if (gs_mount_setattr(tree, "", AT_EMPTY_PATH, attributes) == 0) return tree;
  int error = errno;
  close(tree);
  return -error;
}

void gs_contents_close(gs_contents *contents) {
  for (size_t index = 0; index < contents->count; index++) close(contents->mounts[index].tree);
  contents->count = 0;
}

static int add(gs_contents *contents, int tree, const char *target, uint32_t step) {
  contents->step = step;
  if (tree < 0) return tree;
  gs_content *content = &contents->mounts[contents->count++];
  *content = (gs_content){.tree = tree, .step = step};
  snprintf(content->target, sizeof content->target, "%s", target);
  return 0;
}

int gs_contents_open(gs_contents *contents, const gs_spec *spec) {
  static const char *const targets[GS_LAYER_COUNT] = {"/layer", "/dependencies"};
  *contents = (gs_contents){.count = 0};
  int result = 0;
  if (spec->bundle[0] != 0) {
    result = add(contents, open_content(GS_HIDDEN_BUNDLES, spec->bundle), "/hook", GS_STEP_BUNDLE);
  }
  for (unsigned layer = 0; result == 0 && layer < GS_LAYER_COUNT; layer++) {
    const char *name = spec->layers[layer];
    if (name[0] != 0) result = add(contents, open_content(GS_HIDDEN_LAYERS, name), targets[layer], GS_STEP_LAYER);
  }
  if (result == 0 && spec->network == GS_NETWORK_HOST) {
    result = add(contents, open_resolver(), "/etc/resolv.conf", GS_STEP_NETWORK);
  }
  if (result != 0) gs_contents_close(contents);
  return result;
}
