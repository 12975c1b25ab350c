// The specification of a run: read once, checked whole, never trusted.
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "sandbox.h"

// The next NUL-terminated string, or NULL when there is none within bounds.
static char *next_string(char **cursor, const char *end) {
  size_t left = (size_t)(end - *cursor);
  size_t room = left < GS_STRING_LENGTH_MAX ? left : GS_STRING_LENGTH_MAX;
  char *terminator = memchr(*cursor, 0, room);
  if (terminator == NULL) return NULL;
  char *string = *cursor;
  *cursor = terminator + 1;
  return string;
}

static bool is_bundle_name(const char *name, size_t size) {
  for (size_t index = 0; index < GS_BUNDLE_NAME_LENGTH; index++) {
    char digit = name[index];
    if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) return false;
  }
  for (size_t index = GS_BUNDLE_NAME_LENGTH; index < size; index++) {
    if (name[index] != 0) return false;
  }
  return true;
}

static bool is_empty(const char *bytes, size_t size) {
  for (size_t index = 0; index < size; index++) {
    if (bytes[index] != 0) return false;
  }
  return true;
}

static bool is_runtime_name(const char *name, size_t size) {
  const char *end = memchr(name, 0, size);
  if (end == NULL || !is_empty(end, (size_t)(name + size - end))) return false;
  for (const char *each = name; each < end; each++) {
    bool is_fine = (*each >= 'a' && *each <= 'z') || (*each >= '0' && *each <= '9') || *each == '-' || *each == '_';
    if (!is_fine) return false;
  }
  return true;
}

int gs_spec_parse(char *buffer, size_t length, gs_parsed_spec *parsed) {
  if (length < sizeof(gs_spec) || length > GS_SPEC_LENGTH_MAX) return -EINVAL;
  const gs_spec *head = (const gs_spec *)buffer;
  if (head->magic != GS_SPEC_MAGIC || head->version != GS_PROTOCOL_VERSION) return -EPROTO;
  if (head->length != length || head->reserved != 0) return -EINVAL;
  if (head->network != GS_NETWORK_NONE && head->network != GS_NETWORK_HOST) return -EINVAL;
  if (head->memory < GS_MEMORY_MIN || head->memory > INT64_MAX / 2) return -ERANGE;
  if (head->disk < GS_DISK_MIN || head->disk > INT64_MAX / 2) return -ERANGE;
  if (head->files < GS_FILES_MIN || head->files > INT32_MAX) return -ERANGE;
  if (head->serial < 1 || head->serial > GS_SERIAL_MAX) return -ERANGE;
  if (head->cpu_thousandths < 10 || head->cpu_thousandths > 1024u * 1000u) return -ERANGE;
  if (head->processes < 1 || head->processes > 1000000u) return -ERANGE;
  if (head->open_files < GS_OPEN_FILES_MIN || head->open_files > 1048576u) return -ERANGE;
  if (head->argument_count < 1 || head->argument_count > GS_ARGUMENTS_MAX) return -E2BIG;
  if (head->environment_count > GS_ENVIRONMENT_MAX) return -E2BIG;
  size_t room = sizeof head->bundle;
  if (!is_empty(head->bundle, room) && !is_bundle_name(head->bundle, room)) return -EINVAL;
  for (unsigned layer = 0; layer < GS_LAYER_COUNT; layer++) {
    const char *name = head->layers[layer];
    if (!is_empty(name, room) && !is_bundle_name(name, room)) return -EINVAL;
  }
  if (!is_runtime_name(head->runtime, sizeof head->runtime)) return -EINVAL;

  char *cursor = buffer + sizeof(gs_spec);
  const char *end = buffer + length;
  for (uint32_t index = 0; index < head->argument_count; index++) {
    parsed->arguments[index] = next_string(&cursor, end);
    if (parsed->arguments[index] == NULL) return -EINVAL;
  }
  parsed->arguments[head->argument_count] = NULL;
  if (parsed->arguments[0][0] != '/') return -EINVAL;
  for (uint32_t index = 0; index < head->environment_count; index++) {
    char *variable = next_string(&cursor, end);
    const char *equals = variable != NULL ? strchr(variable, '=') : NULL;
    if (equals == NULL || equals == variable) return -EINVAL;
    parsed->environment[index] = variable;
  }
  parsed->environment[head->environment_count] = NULL;
  parsed->directory = next_string(&cursor, end);
  if (parsed->directory == NULL || parsed->directory[0] != '/' || cursor != end) return -EINVAL;
  parsed->head = head;
  return 0;
}
