// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink SEED COUNT GENTLE_NETNS - COUNT messages to the module, from four processes
 *
 *	gentle	in the network namespace that is given, where connections go on meanwhile
 *		and none may break: a device fw1, and spare ones, are there
 *	rough	in one of its own, twice, where everything may break
 *	user	the same as the root of an unprivileged user namespace
 *
 * Half of the messages are what the spec allows, each answered at once; the others have
 * something wrong in them.  Beside them dumps are begun, and some left in the middle, and
 * each process listens to the events of its namespace.  Prints what was counted, a line
 * each, for ./netlink.sh to judge:
 *
 *	accepted COMMAND ATTRIBUTE TIMES	by messages without anything wrong
 *	WHAT TIMES				see ./tally.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/tsrewrite.h>

#include "../../lib/genl.h"
#include "message.h"
#include "room.h"
#include "tally.h"

#define BATCH_MAX	8
#define CONNECTIONS	16

struct worker {
	enum role role;
	struct scene scene;
	struct random random;
	struct tally *tally;
	unsigned long count;
	__u32 seq;
	struct genl genl, listener, dumper;
	struct message dumped;		/* its op is NULL if no dump goes on */
	struct message batch[BATCH_MAX];
	unsigned int batched;
	int connection[CONNECTIONS][2];
	unsigned int next_connection;
};

static void die_of(const char *what)
{
	perror(what);
	exit(2);
}

static void die_of_refusal(const struct worker *worker, const char *what)
{
	fprintf(stderr, "%s: role %d: %s\n", what, worker->role, worker->genl.reason);
	exit(2);
}

/* A small table: what walks it would take most of the time otherwise */
static void set_limit(struct worker *worker)
{
	if (set_config(&worker->genl, TSREWRITE_A_CONFIG_LIMIT, 1000))
		die_of_refusal(worker, "cannot set the limit");
}

static void prepare_module(struct worker *worker)
{
	int big = 1 << 20, fd;

	if (genl_open(&worker->genl) || genl_open(&worker->listener) ||
	    genl_open(&worker->dumper))
		die_of("nf_tsrewrite is not loaded");
	worker->scene.family = worker->genl.family;
	fd = mnl_socket_get_fd(worker->listener.nl);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
	if (mnl_socket_setsockopt(worker->listener.nl, NETLINK_ADD_MEMBERSHIP,
				  &worker->listener.events, sizeof(__u32)))
		die_of("cannot listen to events");
	if (worker->role == GENTLE)
		return;
	set_limit(worker);
	if (attach(&worker->genl, "lo") ||
	    set_mode(&worker->genl, TSREWRITE_MODE_REWRITE))
		die_of_refusal(worker, "cannot prepare a namespace");
}

/* Flows to dump and to flush: both directions of connections over lo. In mode bug there is
 * none to accept.
 */

static void connect_over_lo(struct worker *worker)
{
	int *fd = worker->connection[worker->next_connection++ % CONNECTIONS];
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(addr);

	for (int i = 0; i < 2; i++)
		if (fd[i] > 0)
			close(fd[i]);
	fd[1] = -1;
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd[0] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (bind(listener, (void *)&addr, size) || listen(listener, 1) ||
	    getsockname(listener, (void *)&addr, &size))
		die_of("listen");
	connect(fd[0], (void *)&addr, size);
	fd[1] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	close(listener);
	worker->tally->connections++;
}

/* Events */

static bool attrs_are_whole(const void *data, int len, int depth)
{
	const struct nlattr *attr = data;

	for (; mnl_attr_ok(attr, len); attr = mnl_attr_next(attr)) {
		len -= NLA_ALIGN(attr->nla_len);
		if (attr->nla_type & NLA_F_NESTED &&
		    (depth > 2 || !attrs_are_whole(attr + 1, attr->nla_len - NLA_HDRLEN,
						   depth + 1)))
			return false;
	}
	return len <= 0;
}

static int note_type(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == TSREWRITE_A_EVENT_TYPE)
		*(__u32 *)arg = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static void note_event(struct worker *worker, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genlh = mnl_nlmsg_get_payload(nlh);
	__u32 type = EVENTS_MAX;

	mnl_attr_parse(nlh, sizeof(*genlh), note_type, &type);
	if (genlh->cmd != TSREWRITE_CMD_EVENT || type >= __TSREWRITE_EVENT_MAX ||
	    !attrs_are_whole(genlh + 1, nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, 0))
		worker->tally->events_malformed++;
	else
		worker->tally->events[type]++;
}

static void hear_events(struct worker *worker)
{
	int fd = mnl_socket_get_fd(worker->listener.nl), len;
	char buffer[BUFFER];

	for (;;) {
		len = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (len < 0 && errno == ENOBUFS)
			worker->tally->events_lost++;
		else if (len < 0)
			return;
		else if (mnl_nlmsg_ok((void *)buffer, len))
			note_event(worker, (void *)buffer);
	}
}

/* Requests and their answers */

static void count_answer(struct worker *worker, const struct message *message, int error)
{
	unsigned int op = message->op - message_ops;
	struct tally *tally = worker->tally;

	if (message->mutated)
		return;
	tally->answered++;
	if (error) {
		tally->refused[op]++;
		return;
	}
	tally->accepted[op]++;
	for (unsigned int i = 0; i < message->op->count; i++)
		if (message->attrs & 1u << i)
			tally->with[op][i]++;
	if (message->mark_mask)
		worker->scene.mark_mask = message->mark_mask;
}

/* Return: how many of the batch are answered by these bytes */
static unsigned int note_answers(struct worker *worker, const char *buffer, int len)
{
	const struct nlmsghdr *nlh = (const void *)buffer;
	unsigned int answers = 0, at;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		at = nlh->nlmsg_seq - (worker->seq - worker->batched);
		if (at >= worker->batched)
			continue;
		count_answer(worker, &worker->batch[at],
			     ((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error);
		answers++;
	}
	return answers;
}

/* A request is handled while it is sent, so that its answer is there afterwards */
static unsigned int take_answers(struct worker *worker)
{
	int fd = mnl_socket_get_fd(worker->genl.nl), len;
	unsigned int answers = 0;
	char buffer[BUFFER * 4];

	while ((len = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0 ||
	       (len < 0 && errno == ENOBUFS))
		if (len > 0)
			answers += note_answers(worker, buffer, len);
	return answers;
}

static void send_batch(struct worker *worker, bool mutated)
{
	struct iovec part[BATCH_MAX];
	struct msghdr msg = { .msg_iov = part, .msg_iovlen = worker->batched };
	unsigned int answers;

	for (unsigned int i = 0; i < worker->batched; i++)
		part[i] = (struct iovec){ worker->batch[i].bytes, worker->batch[i].len };
	/* No bytes are no data */
	if (sendmsg(mnl_socket_get_fd(worker->genl.nl), &msg, 0) < 0 && errno != ENOBUFS &&
	    errno != ENODATA)
		die_of("sendmsg");
	answers = take_answers(worker);
	worker->tally->sent += worker->batched;
	if (mutated)
		worker->tally->mutated += worker->batched;
	else
		worker->tally->unanswered += worker->batched - answers;
	worker->batched = 0;
}

/* Dumps have a socket of their own, because requests go on meanwhile */

static void end_dump(struct worker *worker, int error)
{
	count_answer(worker, &worker->dumped, error);
	worker->dumped.op = NULL;
}

static void read_dump_piece(struct worker *worker)
{
	char buffer[BUFFER];
	const struct nlmsghdr *nlh = (void *)buffer;
	int len = recv(mnl_socket_get_fd(worker->dumper.nl), buffer, sizeof(buffer),
		       MSG_DONTWAIT);

	if (len <= 0) {
		worker->tally->unanswered++;
		worker->dumped.op = NULL;
	}
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			worker->tally->dumps_interrupted++;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
			end_dump(worker, *(int *)mnl_nlmsg_get_payload(nlh));
			return;
		}
	}
}

/* The kernel has the rest of it still to give */
static void stop_dump(struct worker *worker)
{
	mnl_socket_close(worker->dumper.nl);
	if (genl_open(&worker->dumper))
		die_of("genl_open");
	worker->tally->dumps_stopped++;
	worker->dumped.op = NULL;
}

static void go_on_with_dump(struct worker *worker)
{
	if (!worker->dumped.op || one_in(&worker->random, 3))
		return;
	if (one_in(&worker->random, 12))
		stop_dump(worker);
	else
		read_dump_piece(worker);
}

static void begin_dump(struct worker *worker, const struct message *message)
{
	while (worker->dumped.op)
		read_dump_piece(worker);
	if (send(mnl_socket_get_fd(worker->dumper.nl), message->bytes, message->len, 0) < 0)
		die_of("send");
	worker->tally->sent++;
	worker->dumped = *message;
}

/* The work of a process */

static void fill_batch(struct worker *worker, bool mutated)
{
	unsigned int size = 1 + random_below(&worker->random, BATCH_MAX);

	while (worker->batched < size) {
		struct message *message = &worker->batch[worker->batched];

		message_make(message, &worker->random, &worker->scene, worker->seq);
		if (mutated)
			message_mutate(message, &worker->random, &worker->scene);
		if (message->op->dumps && !mutated) {
			begin_dump(worker, message);
			continue;
		}
		worker->seq++;
		worker->batched++;
	}
}

/* Nothing is sent before all are prepared, as the machine's limit may then be anything. Each
 * process holds a pipe open until it is.
 */
static int prepared[2];

static void wait_for_others(void)
{
	char nothing;

	close(prepared[1]);
	if (read(prepared[0], &nothing, 1))
		die_of("read");
}

static void do_work(struct worker *worker, const char *netns)
{
	unsigned long batches = 0;

	room_enter(worker->role, netns);
	prepare_module(worker);
	wait_for_others();
	while (worker->tally->sent < worker->count) {
		bool mutated = one_in(&worker->random, 2);

		fill_batch(worker, mutated);
		send_batch(worker, mutated);
		go_on_with_dump(worker);
		hear_events(worker);
		if (worker->role != GENTLE && batches++ % 64 == 0)
			connect_over_lo(worker);
	}
	while (worker->dumped.op)
		read_dump_piece(worker);
}

static pid_t begin_worker(enum role role, __u32 seed, unsigned long count,
			  struct tally *tally, const char *netns)
{
	static struct worker worker;
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worker.role = role;
	worker.scene.gentle = role == GENTLE;
	worker.tally = &tally[role];
	worker.count = count / ROLES;
	worker.seq = 1;
	random_seed(&worker.random, seed, role);
	do_work(&worker, netns);
	exit(0);
}

static bool wait_for_all(const struct tally *tally)
{
	time_t begun = time(NULL);
	int left = ROLES, status;
	bool well = true;

	while (left) {
		if (waitpid(-1, &status, WNOHANG) > 0) {
			well &= !status;
			left--;
			continue;
		}
		usleep(100000);
		tally_tell(tally, begun);
	}
	return well;
}

int main(int argc, char **argv)
{
	struct tally *tally;
	__u32 seed;

	if (argc != 4 || message_op_count > OPS_MAX) {
		fprintf(stderr, "netlink SEED COUNT GENTLE_NETNS\n");
		return 2;
	}
	seed = strtoul(argv[1], NULL, 0);
	tally = mmap(NULL, sizeof(*tally) * ROLES, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED || pipe2(prepared, O_CLOEXEC))
		die_of("mmap or pipe");
	for (int role = 0; role < ROLES; role++)
		begin_worker(role, seed, strtoul(argv[2], NULL, 0), tally, argv[3]);
	close(prepared[1]);
	if (!wait_for_all(tally))
		return 1;
	tally_report(tally);
	return 0;
}
