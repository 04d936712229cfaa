// SPDX-License-Identifier: GPL-2.0-only
#include "group_rules.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "shortcut.h"
#include "snapshot.h"
#include "write.h"

#define TRIES 10

static int write_failed(struct genl *genl, int error, const char *why)
{
	switch (error) {
	case EPERM:
		return genl_fail(genl, error,
				 "nft's table netdev " CLASSIFIER_TABLE
				 " is owned by another process");
	case ERESTART:
		return genl_fail(genl, error,
				 "nft's rules kept changing while they were written (try again)");
	case EMSGSIZE:
		return genl_fail(genl, error,
				 "too many rules for the send buffer of a socket (raise sysctl net.core.wmem_max)");
	case EOPNOTSUPP:
		return genl_fail(genl, error,
				 "the kernel's nf_tables lacks hook egress of family netdev, or interval maps");
	default:
		return genl_fail(genl, error, "nf_tables refused the rules: %s",
				 *why ? why : strerror(error));
	}
}

/*
 * Writes the rules for @after.  Returns as classifier_write(), but with @genl's error filled
 * in as well: errno is ERESTART if the rules have changed since @snapshot was taken.
 */
static int write_rules(struct genl *genl, const struct snapshot *snapshot,
		       const struct classes *after)
{
	char why[ATTR_TEXT];
	int error, ret;

	if (snapshot->classifier.foreign && after->count) {
		errno = EEXIST;
		return genl_fail(genl, EEXIST,
				 "nft's table netdev " CLASSIFIER_TABLE
				 " was not created by tsrewrite (delete or rename it)");
	}
	ret = classifier_write(&snapshot->classifier, after, &snapshot->there, why,
			       sizeof(why));
	if (ret >= 0)
		return ret;
	error = errno;
	write_failed(genl, error, why);
	errno = error;
	return -1;
}

/*
 * Whether a plan that has failed may succeed with a new snapshot, which is worth a moment's
 * waiting: another process has written rules, and not yet told the module of them.  @doubted
 * is the generation of the rules that were given up on the last time.
 */
static bool rules_may_settle(const struct genl *genl, const struct snapshot *snapshot,
			     uint32_t *doubted)
{
	const struct timespec moment = { .tv_nsec = 50 * 1000 * 1000 };

	if (genl->error.code != EAGAIN || snapshot->classifier.generation == *doubted)
		return false;
	*doubted = snapshot->classifier.generation;
	nanosleep(&moment, NULL);
	return true;
}

/*
 * Reads the rules, makes the plan, and writes it; all of that again, up to TRIES times, if
 * another process changed rules in between.  The first try takes @seen for what was read,
 * unless it is NULL, and frees it.
 */
static int change_rules(struct genl *genl, struct snapshot *seen,
			planner make_plan, void *arg)
{
	int tries = TRIES, ret = -1;
	uint32_t doubted = 0;
	bool again = true;

	while (again && tries--) {
		struct snapshot *snapshot = seen ? seen : snapshot_take(genl);
		struct classes after = { 0 };

		seen = NULL;
		again = false;
		if (!snapshot)
			return -1;
		ret = make_plan(genl, snapshot, &after, arg);
		if (ret < 0) {
			again = rules_may_settle(genl, snapshot, &doubted);
		} else if (!snapshot->classifier.unreadable) {
			ret = write_rules(genl, snapshot, &after);
			again = ret < 0 && errno == ERESTART;
		}
		classes_free(&after);
		snapshot_free(snapshot);
	}
	return ret;
}

struct snapshot *group_rules_check(struct genl *genl,
				   const struct group_rules *rules)
{
	struct group_rules_setting setting = { .rules = rules };
	struct group_rules_settings settings = { &setting, 1 };
	struct snapshot *snapshot = snapshot_take(genl);
	struct classes after = { 0 };

	if (snapshot && plan_settings(genl, snapshot, &after, &settings) < 0) {
		snapshot_free(snapshot);
		snapshot = NULL;
	}
	classes_free(&after);
	return snapshot;
}

int group_rules_set(struct genl *genl, struct group_rules_setting *settings,
		    size_t count, struct snapshot *seen)
{
	struct group_rules_settings all = { settings, count };

	if (count == 1 && !seen && shortcut_change(genl, settings))
		return 1;
	return change_rules(genl, seen, plan_settings, &all);
}

int group_rules_follow_devices(struct genl *genl)
{
	return change_rules(genl, NULL, plan_same, NULL);
}

int group_rules_confirm(struct genl *genl, const char *device)
{
	int written = change_rules(genl, NULL, plan_complete, (void *)device);

	if (written < 0 || device_set_confirmed(genl, device) < 0)
		return -1;
	return written;
}
