// Whose socket is at the other end of a connection.
#pragma once
#include <netinet/in.h>
#include <stdint.h>

// The user behind a connected Unix socket, or -errno.
int64_t cpeer_of_unix(int socket);

// The user of the TCP socket of this machine that is bound to `own` and connected to `other`, or
// -errno.
int64_t cpeer_of_tcp(const struct sockaddr_in *own, const struct sockaddr_in *other);
