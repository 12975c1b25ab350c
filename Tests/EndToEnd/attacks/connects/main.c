#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  char *list = getenv("PARAM_TARGETS"), *saved = NULL;
  for (char *target = strtok_r(list, ",", &saved); target != NULL; target = strtok_r(NULL, ",", &saved)) {
    char *port = strrchr(target, ':');
    *port++ = 0;
    char *host = target[0] == '[' ? target + 1 : target;
    host[strcspn(host, "]")] = 0;
    struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, port, &wanted, &found) != 0) return 1;
    int connection = socket(found->ai_family, SOCK_STREAM, 0);
    printf("%s %s\n", connect(connection, found->ai_addr, found->ai_addrlen) == 0 ? "BREACH" : "refused", host);
    close(connection);
  }
  return 0;
}
