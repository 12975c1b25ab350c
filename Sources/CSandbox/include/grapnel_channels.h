// The descriptors between a run and its host, made so that no other process ever inherits them.
#ifndef GRAPNEL_CHANNELS_H
#define GRAPNEL_CHANNELS_H

#include <stddef.h>

// A pipe, close-on-exec at both ends: ends[0] to read, ends[1] to write. 0, or -errno.
int gs_channel_pipe(int ends[2]);

// A connected pair of stream sockets, close-on-exec; the first end, the host's, takes no descriptors. 0, or -errno.
int gs_channel_sockets(int ends[2]);

// A file in memory that holds `length` bytes and can no longer be changed, its offset at the start. The descriptor, or
// -errno.
int gs_channel_memory(const void *bytes, size_t length);

// Makes reads and writes return at once. 0, or -errno.
int gs_channel_set_nonblocking(int descriptor);

#endif
