/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both ends of the status socket.  tsrewrite watch listens at an abstract Unix socket, whose
 * name belongs to the network namespace, and sends its status as JSON to who connects.
 */
#ifndef TSREWRITE_CLIENT_STATUS_SOCKET_H
#define TSREWRITE_CLIENT_STATUS_SOCKET_H

#include <stddef.h>

#include <jansson.h>

/* Returns a listening socket, or -1 with errno: EADDRINUSE if another process has the name */
int status_socket_listen(void);

/* Writes to @text, and returns it, who has the name, as far as that can be found out */
const char *status_socket_owner(char *text, size_t size);

/*
 * Sends @status to those who have connected to @fd since the last call.  If they are many, some
 * are left for the next one, so that whoever connects without end does not stall the service.
 */
void status_socket_answer(int fd, const json_t *status);

/*
 * Asks a running service.  Returns its status, a new reference, or NULL with the reason in
 * @why.  An answer counts only if the process at the other end is run by root or by the
 * caller's own user, as any process may take the name while it is free.
 */
json_t *status_socket_ask(char *why, size_t size);

#endif /* TSREWRITE_CLIENT_STATUS_SOCKET_H */
