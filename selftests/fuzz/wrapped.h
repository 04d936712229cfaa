/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands in place of functions of libmnl, libc and others: see wrapped.mk */
#ifndef TSREWRITE_FUZZ_WRAPPED_H
#define TSREWRITE_FUZZ_WRAPPED_H

#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include <jansson.h>
#include <libmnl/libmnl.h>

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags);
int __wrap_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid);
int __wrap_mnl_socket_close(struct mnl_socket *nl);
int __wrap_mnl_socket_get_fd(const struct mnl_socket *nl);
int __wrap_mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *value,
				 socklen_t len);
unsigned int __wrap_mnl_socket_get_portid(const struct mnl_socket *nl);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *data, size_t len);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *out, size_t size);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_recv(int fd, void *out, size_t size, int flags);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_sd_journal_sendv(const struct iovec *iov, int count);
int __wrap_sd_notify(int unset, const char *state);
json_t *__wrap_status_socket_ask(char *why, size_t size);

#endif /* TSREWRITE_FUZZ_WRAPPED_H */
