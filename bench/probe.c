// Measures starts of programs and HTTP requests with as little of its own as can be.
//
//   probe latency ROUNDS < CASES       every case once a round, so that whatever drifts hits all alike
//   probe load SECONDS CALLERS < CASE  one case, CALLERS at a time
//   probe sync FOLDER SECONDS          write 4 KiB, fdatasync, again
//
// A case is one line of fields between tabs: `NAME spawn PROGRAM ARGUMENT…` or `NAME http PORT PATH KEY BODY`; an empty
// body makes it a GET. Latency prints `NAME MICROSECONDS…` for each case, load prints `COUNT SECONDS MICROSECONDS…`.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CASES_MAX = 64, FIELDS_MAX = 64, CALLERS_MAX = 256, RESPONSE_MAX = 1 << 16 };

typedef struct {
  char *fields[FIELDS_MAX + 1];
  int count;
  bool is_http;
  int socket;
  char request[4096];
  size_t request_length;
} bench_case;

typedef struct {
  pid_t pid;
  int socket;
  int64_t begun;
  size_t received;
  char response[RESPONSE_MAX];
} caller;

static posix_spawn_file_actions_t quiet;
// What programs print goes into a pipe, as what hooks print does, and from there nowhere.
static int printed[2];
static char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/tmp", NULL};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static int connect_to(int port) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  int one = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return descriptor;
}

static bool read_case(bench_case *to) {
  static char lines[CASES_MAX][8192];
  static int line = 0;
  if (line == CASES_MAX || !fgets(lines[line], sizeof lines[line], stdin)) return false;
  char *rest = lines[line++];
  rest[strcspn(rest, "\n")] = 0;
  memset(to, 0, sizeof *to);
  for (char *field; to->count < FIELDS_MAX && (field = strsep(&rest, "\t"));) to->fields[to->count++] = field;
  if (to->count < 3) return false;
  to->is_http = strcmp(to->fields[1], "http") == 0;
  if (to->is_http) {
    const char *body = to->count > 5 ? to->fields[5] : "";
    int length = snprintf(
        to->request, sizeof to->request,
        "%s %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n", *body ? "POST" : "GET", to->fields[3], to->fields[4]);
    if (*body) {
      length += snprintf(
          to->request + length, sizeof to->request - (size_t)length,
          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    } else {
      length += snprintf(to->request + length, sizeof to->request - (size_t)length, "\r\n");
    }
    to->request_length = (size_t)length;
  }
  return true;
}

static pid_t start(const bench_case *program) {
  pid_t pid;
  int error = posix_spawn(&pid, program->fields[2], &quiet, NULL, &program->fields[2], environment);
  if (error) {
    errno = error;
    die(program->fields[2]);
  }
  return pid;
}

static void check_status(const bench_case *program, int status) {
  char ignored[4096];
  while (read(printed[0], ignored, sizeof ignored) > 0) continue;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "%s ended with wait status %d\n", program->fields[0], status);
    exit(1);
  }
}

// How long the response at the start of the buffer is, or 0 while it is not whole.
static size_t response_length(const bench_case *request, char *text, size_t received) {
  text[received] = 0;
  char *end = strstr(text, "\r\n\r\n");
  if (!end) return 0;
  if (strncmp(text, "HTTP/1.1 200", 12) != 0) {
    fprintf(stderr, "%s: %.200s\n", request->fields[0], text);
    exit(1);
  }
  char *field = strcasestr(text, "\r\ncontent-length:");
  if (!field || field > end) {
    fprintf(stderr, "%s: no length: %.200s\n", request->fields[0], text);
    exit(1);
  }
  size_t whole = (size_t)(end - text) + 4 + strtoul(field + 17, NULL, 10);
  return received >= whole ? whole : 0;
}

static void send_request(const bench_case *request, int descriptor) {
  if (send(descriptor, request->request, request->request_length, MSG_NOSIGNAL) != (ssize_t)request->request_length) die("send");
}

static void perform(bench_case *of) {
  if (!of->is_http) {
    int status;
    pid_t pid = start(of);
    if (waitpid(pid, &status, 0) != pid) die("waitpid");
    check_status(of, status);
    return;
  }
  static char response[RESPONSE_MAX];
  size_t received = 0;
  send_request(of, of->socket);
  do {
    ssize_t count = recv(of->socket, response + received, sizeof response - 1 - received, 0);
    if (count <= 0) die("recv");
    received += (size_t)count;
  } while (response_length(of, response, received) == 0);
}

static int latency(int rounds) {
  static bench_case cases[CASES_MAX];
  int count = 0;
  while (count < CASES_MAX && read_case(&cases[count])) count++;
  int64_t *samples = calloc((size_t)count * (size_t)rounds, sizeof *samples);
  if (!samples) die("calloc");
  for (int index = 0; index < count; index++) {
    if (cases[index].is_http) cases[index].socket = connect_to(atoi(cases[index].fields[2]));
    for (int warming = 0; warming < 5; warming++) perform(&cases[index]);
  }
  for (int round = 0; round < rounds; round++) {
    for (int index = 0; index < count; index++) {
      int64_t begun = now();
      perform(&cases[index]);
      samples[index * rounds + round] = now() - begun;
    }
  }
  for (int index = 0; index < count; index++) {
    printf("%s", cases[index].fields[0]);
    for (int round = 0; round < rounds; round++) printf(" %.1f", (double)samples[index * rounds + round] / 1000);
    printf("\n");
  }
  return 0;
}

static int load(double seconds, int callers) {
  static bench_case of;
  static caller all[CALLERS_MAX];
  static struct pollfd polls[CALLERS_MAX];
  if (!read_case(&of) || callers > CALLERS_MAX) return 2;
  int64_t begun = now(), end = begun + (int64_t)(seconds * 1e9);
  size_t count = 0, room = 1 << 16;
  double *samples = malloc(room * sizeof *samples);
  int running = callers;
  for (int index = 0; index < callers; index++) {
    all[index].begun = now();
    if (of.is_http) {
      all[index].socket = polls[index].fd = connect_to(atoi(of.fields[2]));
      polls[index].events = POLLIN;
      send_request(&of, all[index].socket);
    } else {
      all[index].pid = start(&of);
    }
  }
  while (running > 0) {
    int which = 0;
    if (of.is_http) {
      if (poll(polls, (nfds_t)callers, 60000) <= 0) die("poll");
    } else {
      int status;
      pid_t pid = wait(&status);
      if (pid < 0) die("wait");
      check_status(&of, status);
      while (all[which].pid != pid) which++;
    }
    for (int index = of.is_http ? 0 : which; index < (of.is_http ? callers : which + 1); index++) {
      caller *one = &all[index];
      if (of.is_http) {
        if (!polls[index].revents) continue;
        ssize_t got = recv(one->socket, one->response + one->received, sizeof one->response - 1 - one->received, 0);
        if (got <= 0) die("recv");
        one->received += (size_t)got;
        if (response_length(&of, one->response, one->received) == 0) continue;
      }
      int64_t time = now();
      if (time <= end) {
        if (count == room) {
          samples = realloc(samples, (room *= 2) * sizeof *samples);
          if (!samples) die("realloc");
        }
        samples[count++] = (double)(time - one->begun) / 1000;
        one->begun = time;
        one->received = 0;
        if (of.is_http) {
          send_request(&of, one->socket);
        } else {
          one->pid = start(&of);
        }
      } else {
        running--;
        one->pid = 0;
        polls[index].fd = -1;
      }
    }
  }
  printf("%zu %.6f", count, seconds);
  for (size_t index = 0; index < count; index++) printf(" %.1f", samples[index]);
  printf("\n");
  return 0;
}

static int sync_rate(const char *folder, double seconds) {
  char path[4096];
  static char block[4096];
  snprintf(path, sizeof path, "%s/bench-sync-%d", folder, getpid());
  int descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) die(path);
  unlink(path);
  int64_t begun = now(), end = begun + (int64_t)(seconds * 1e9);
  long count = 0;
  for (; now() < end; count++) {
    // Like a log that is written again and again in place: as SQLite's does.
    if (pwrite(descriptor, block, sizeof block, (count % 1024) * (off_t)sizeof block) < 0 || fdatasync(descriptor)) die("fdatasync");
  }
  printf("%ld %.6f\n", count, (double)(now() - begun) / 1e9);
  return 0;
}

int main(int count, char **arguments) {
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
  if (pipe2(printed, O_CLOEXEC) != 0 || fcntl(printed[0], F_SETFL, O_NONBLOCK) != 0) die("pipe");
  posix_spawn_file_actions_adddup2(&quiet, printed[1], 1);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
  if (count == 3 && !strcmp(arguments[1], "latency")) return latency(atoi(arguments[2]));
  if (count == 4 && !strcmp(arguments[1], "load")) return load(atof(arguments[2]), atoi(arguments[3]));
  if (count == 4 && !strcmp(arguments[1], "sync")) return sync_rate(arguments[2], atof(arguments[3]));
  fprintf(stderr, "usage: probe latency ROUNDS | load SECONDS CALLERS | sync FOLDER SECONDS\n");
  return 2;
}
