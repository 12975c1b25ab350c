// The door of Node: an addon without Node's headers. What it calls of Node is declared here, and weak, so that other
// interpreters can load the library too.
#include "grapnel_node.h"

#include <stddef.h>

#include "grapnel_fork.h"

typedef void *node_environment;
typedef void *node_value;
typedef node_value (*node_function)(node_environment, void *);

#define NODE __attribute__((weak)) extern
#define EXPORTED __attribute__((visibility("default")))

NODE int napi_create_function(node_environment, const char *, size_t, node_function, void *, node_value *);
NODE int napi_set_named_property(node_environment, node_value, const char *, node_value);
NODE int napi_create_string_utf8(node_environment, const char *, size_t, node_value *);
NODE int napi_throw_error(node_environment, const char *, const char *);

// park() waits for the run, and returns its entry file.
static node_value park(node_environment environment, void *information) {
  (void)information;
  node_value entry = NULL;
  if (gs_park() != 0 || napi_create_string_utf8(environment, gs_run_entry(), (size_t)-1, &entry) != 0) {
    napi_throw_error(environment, NULL, "the process cannot wait for a run");
  }
  return entry;
}

EXPORTED int node_api_module_get_api_version_v1(void) { return 8; }

EXPORTED void *napi_register_module_v1(void *environment, void *exports) {
  node_value function;
  if (napi_create_function(environment, "park", (size_t)-1, park, NULL, &function) == 0) {
    napi_set_named_property(environment, exports, "park", function);
  }
  return exports;
}
