// What Node looks for in an addon.
#ifndef GRAPNEL_NODE_H
#define GRAPNEL_NODE_H

int node_api_module_get_api_version_v1(void);
void *napi_register_module_v1(void *environment, void *exports);

#endif
