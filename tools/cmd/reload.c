// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces the module under traffic: TSopt is taken out of all that passes the attached devices,
 * flows and state are saved, the module is removed and the other one inserted, and state and
 * flows are as before.  Whatever fails, what was saved stays in files, and TSopt is taken out until
 * the flows are back, so that no inside TSval is shown and connections go on.
 */
#include "reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/tsrewrite.h>

#include "../classifier/strip.h"
#include "../client/key.h"
#include "../client/module.h"
#include "../client/report_genl.h"
#include "../client/tick.h"
#include "../state/apply.h"
#include "../state/read.h"
#include "../state/running.h"
#include "../state/save.h"
#include "../state/signals.h"
#include "../text/print.h"
#include "../text/report.h"
#include "flow_load.h"
#include "flow_save.h"
#include "json.h"
#include "key_file.h"
#include "save.h"

#define DIRECTORY  "/run/tsrewrite-reload"
#define STATE_FILE DIRECTORY "/state"
#define FLOWS_FILE DIRECTORY "/flows"
#define AGAIN_FILE DIRECTORY "/flows-again"
#define KEY_FILE   "/etc/tsrewrite/key"

#define WHY  256
#define PATH 4096

#define NSEC_PER_MSEC 1000000u

/* How long a module is given to be let go by what is on its way through it */
#define PATIENCE_MS 10
#define PATIENCE    500

/*
 * An inside server that a SYN with TSopt has reached sends TSopts for as long as the connection
 * lasts.  It is given so long to answer, and to have a flow, before its answers lose theirs.
 */
#define ANSWER_MS 500

struct reloading {
	const char *path;	/* of the module's file; NULL for the one that is installed */
	const char *netns;
	bool labels;		/* nf_tsrewrite_ct is loaded */
	bool strips;		/* TSopt is taken out */
	struct state state;	/* that of before, as is the key */
	struct key key;
	uint64_t begun;		/* nanoseconds since the epoch */
	struct flow_loaded loaded;
};

static void pause_ms(unsigned int ms)
{
	const struct timespec pause = { .tv_nsec = (long)ms * NSEC_PER_MSEC };

	nanosleep(&pause, NULL);
}

/* What is to be done by hand, in this order */
static void tell_the_way(const struct reloading *reloading)
{
	const char *n = reloading->netns ? " -n " : "", *netns = reloading->netns ?: "";

	report_refused("reload: TSopt is taken out of what passes, until %s",
		       "you do the rest by hand:");
	if (module_users(MODULE_NAME) < 0)
		report_refused("reload:   modprobe " MODULE_NAME ", or insmod FILE");
	report_refused("reload:   tsrewrite%s%s restore " STATE_FILE, n, netns);
	report_refused("reload:   tsrewrite%s%s flows load " FLOWS_FILE, n, netns);
	if (!access(AGAIN_FILE, F_OK))
		report_refused("reload:   tsrewrite%s%s flows load " AGAIN_FILE, n, netns);
	report_refused("reload:   %s%s%snft delete table netdev " STRIP_TABLE,
		       reloading->netns ? "ip netns exec " : "", netns,
		       reloading->netns ? " " : "");
	report_refused("reload:   rm -r " DIRECTORY);
}

static int refuse_other_users(const struct reloading *reloading)
{
	int tries = PATIENCE / 10, others;

	if (module_users(MODULE_LABELS) > (reloading->state.config.label_bit ? 1 : 0))
		return report_refused("reload: labels are used in other network namespaces, too");
	/* A list that is being read holds on to the module for a moment */
	do {
		others = module_users(MODULE_NAME) - (int)reloading->state.devices -
			 reloading->labels;
		if (others <= 0)
			return EXIT_DONE;
		pause_ms(PATIENCE_MS);
	} while (--tries);
	return report_refused("reload: the module is used elsewhere, too: %s",
			      "detach what is attached in other network namespaces");
}

/* Beside the file of the other module; NULL if there is none */
static const char *labels_path(const char *path, char out[PATH])
{
	const char *name = strstr(path, MODULE_NAME ".ko");

	if (!name)
		return NULL;
	snprintf(out, PATH, "%.*s" MODULE_LABELS "%s", (int)(name - path), path,
		 name + strlen(MODULE_NAME));
	return access(out, F_OK) ? NULL : out;
}

/* Both modules are of one build, or the kernel may crash */
static int refuse_missing_labels(const struct reloading *reloading)
{
	char path[PATH];

	if (!reloading->labels || !reloading->path || labels_path(reloading->path, path))
		return EXIT_DONE;
	return report_refused("reload: " MODULE_LABELS " is loaded, and %s is not beside %s",
			      MODULE_LABELS ".ko", reloading->path);
}

static int strip_devices(struct reloading *reloading, bool both)
{
	const struct state *state = &reloading->state;
	const char **names = calloc(state->devices + 1, sizeof(*names));
	size_t count = 0;
	char why[WHY] = "";
	int ret = -1;

	errno = ENOMEM;
	for (size_t i = 0; names && i < state->devices; i++) {
		if (!state->device[i].absent)
			names[count++] = state->device[i].name;
	}
	if (names)
		ret = strip_begin(names, count, both, why, sizeof(why));
	free(names);
	if (ret < 0)
		return report_refused("reload: nftables cannot take TSopt out of what passes: %s",
				      *why ? why : strerror(errno));
	reloading->strips = true;
	return EXIT_DONE;
}

/* First of what arrives alone, so that nobody inside is asked for TSopts any more */
static int begin_to_strip(struct reloading *reloading)
{
	int ret = strip_devices(reloading, false);

	if (ret)
		return ret;
	pause_ms(ANSWER_MS);
	return strip_devices(reloading, true);
}

static int stop_to_strip(const struct reloading *reloading)
{
	char why[WHY];

	if (reloading->strips && strip_end(why, sizeof(why)) < 0) {
		report_refused("reload: %s", *why ? why : strerror(errno));
		return EXIT_REFUSED;
	}
	unlink(STATE_FILE);
	unlink(FLOWS_FILE);
	unlink(AGAIN_FILE);
	rmdir(DIRECTORY);
	return EXIT_DONE;
}

/* The directory is there while a reload goes on, or if one did not end */
static int begin_directory(void)
{
	if (!mkdir(DIRECTORY, 0700))
		return EXIT_DONE;
	if (errno != EEXIST)
		return report_refused("reload: " DIRECTORY ": %s", strerror(errno));
	return report_refused("reload: another reload goes on, or has not ended: " DIRECTORY
			      " has its state and flows: %s",
			      "restore and load these, or remove it");
}

static int save_state_and_flows(struct genl *genl, const struct reloading *reloading)
{
	size_t count;

	if (state_save(STATE_FILE, &reloading->state, !reloading->netns) < 0)
		return report_refused("reload: " STATE_FILE ": %s", strerror(errno));
	return flow_save_file(genl, FLOWS_FILE, &count);
}

/*
 * Flows are read once more when no segment passes the module: a list that is read while flows
 * end may lack some.
 */
static int detach_all(struct genl *genl, const struct state *state)
{
	struct config none = { .present = ATTR_BIT(TSREWRITE_A_CONFIG_LABEL_BIT) };
	size_t count;

	if (state->config.label_bit && config_set(genl, &none) < 0)
		return report_genl(genl, "changing settings", "reload: label-bit");
	for (size_t i = 0; i < state->devices; i++) {
		const char *name = state->device[i].name;

		if (device_detach(genl, name, true, NULL) < 0)
			return report_genl(genl, "detaching", "reload: detaching %s", name);
	}
	return flow_save_file(genl, AGAIN_FILE, &count);
}

static bool has_other_key(struct genl *genl, const struct key *before)
{
	struct key now = { 0 };

	return before->present && !key_get(genl, &now) && now.present &&
	       now.fingerprint != before->fingerprint;
}

/* A key that was drawn at random ends with its module */
static void restore_key(struct genl *genl, const struct reloading *reloading)
{
	uint8_t secret[KEY_SIZE];

	if (!has_other_key(genl, &reloading->key))
		return;
	if (!access(KEY_FILE, F_OK) && !reloading->netns) {
		if (key_file_read(KEY_FILE, secret) || key_set(genl, secret) < 0)
			report_warning("reload: " KEY_FILE " was not loaded");
		explicit_bzero(secret, sizeof(secret));
	}
	if (has_other_key(genl, &reloading->key))
		report_warning("reload: the key is another one, so that outside TSvals may run backwards on reused ports: %s",
			       "see tsrewrite key");
}

static int restore_state(struct genl *genl)
{
	struct state now, wanted;
	char why[STATE_WHY];
	int ret;

	if (state_read(STATE_FILE, &wanted, why) < 0) {
		ret = report_refused("reload: %s", why);
	} else {
		ret = state_running(genl, &now) < 0 ?
		      report_genl(genl, "reading the state", "reload") :
		      state_apply(genl, &now, &wanted, false);
		state_free(&now);
	}
	state_free(&wanted);
	return ret;
}

/* What is no part of a saved state: a state is for later, and this is for now */
static int restore_drains_and_trips(struct genl *genl, const struct state *state)
{
	for (size_t i = 0; i < state->devices; i++) {
		const struct state_device *device = &state->device[i];

		if (device->drain && device_set_drain(genl, device->name, true) < 0)
			return report_genl(genl, "draining", "reload: draining %s", device->name);
	}
	for (size_t i = 0; i < state->groups; i++) {
		const struct group *group = &state->group[i].settings;

		if (group->tripped && group_trip(genl, group->name, group->mode) < 0)
			return report_genl(genl, "changing groups", "reload: the trip of group %s",
					   group->name);
	}
	return EXIT_DONE;
}

/* Those that are in both files are loaded by the first one, which knows their devices */
static int restore_flows(struct genl *genl, struct flow_loaded *loaded)
{
	struct flow_loaded again = { 0 };
	int ret = flow_load_file(genl, FLOWS_FILE, loaded);

	if (!ret && !access(AGAIN_FILE, F_OK))
		ret = flow_load_file(genl, AGAIN_FILE, &again);
	loaded->loaded += again.loaded;
	loaded->no_room += again.no_room;
	if (!ret && loaded->no_room)
		ret = report_refused("reload: %u flow%s found no room: raise the limit",
				     loaded->no_room, loaded->no_room == 1 ? "" : "s");
	return ret;
}

/* After the module was replaced, or because it was not */
static int take_up(struct genl *genl, const struct call *call, void *arg)
{
	struct reloading *reloading = arg;
	int ret;

	(void)call;
	restore_key(genl, reloading);
	ret = restore_state(genl);
	if (!ret)
		ret = restore_drains_and_trips(genl, &reloading->state);
	if (!ret)
		ret = restore_flows(genl, &reloading->loaded);
	if (!ret)
		ret = stop_to_strip(reloading);
	if (ret)
		tell_the_way(reloading);
	return ret;
}

static int check_running(struct genl *genl, struct reloading *reloading)
{
	int ret = save_refuse_lost_rules("reload", &reloading->state);

	if (!ret)
		ret = refuse_missing_labels(reloading);
	if (!ret)
		ret = refuse_other_users(reloading);
	if (!ret && key_get(genl, &reloading->key) < 0)
		ret = report_genl(genl, "showing the key", "reload");
	return ret ? ret : begin_directory();
}

static int let_go(struct genl *genl, const struct call *call, void *arg)
{
	struct reloading *reloading = arg;
	int ret;

	(void)call;
	if (state_running(genl, &reloading->state) < 0)
		return report_genl(genl, "reading the state", "reload");
	ret = check_running(genl, reloading);
	if (ret)
		return ret;
	ret = begin_to_strip(reloading);
	if (!ret)
		ret = save_state_and_flows(genl, reloading);
	if (ret) {
		stop_to_strip(reloading);
		return ret;
	}
	ret = detach_all(genl, &reloading->state);
	if (ret)
		take_up(genl, NULL, reloading);
	return ret;
}

static int remove_patiently(const char *name)
{
	int tries = PATIENCE;

	while (module_remove(name)) {
		if ((errno != EAGAIN && errno != EBUSY) || !--tries)
			return -1;
		pause_ms(PATIENCE_MS);
	}
	return 0;
}

static int remove_modules(const struct reloading *reloading)
{
	const char *name = MODULE_LABELS;

	if (!reloading->labels || !remove_patiently(name)) {
		name = MODULE_NAME;
		if (!remove_patiently(name))
			return EXIT_DONE;
	}
	return report_refused("reload: %s cannot be removed: %s", name, strerror(errno));
}

/* @from is the file of the other module, or NULL if that is the installed one */
static void insert_labels(const struct reloading *reloading, const char *from)
{
	char path[PATH];

	if (reloading->labels && module_users(MODULE_LABELS) < 0 &&
	    module_insert(MODULE_LABELS, from ? labels_path(from, path) : NULL))
		report_warning("reload: " MODULE_LABELS " cannot be loaded: %s", strerror(errno));
}

/* Returns an exit status.  If the kernel does not take the file, the installed one is loaded. */
static int insert_modules(const struct reloading *reloading)
{
	if (!module_insert(MODULE_NAME, reloading->path)) {
		insert_labels(reloading, reloading->path);
		return EXIT_DONE;
	}
	report_refused("reload: %s: %s", reloading->path ? reloading->path : MODULE_NAME,
		       strerror(errno));
	if (!reloading->path || module_insert(MODULE_NAME, NULL))
		return report_refused("reload: no module is loaded");
	insert_labels(reloading, NULL);
	return report_refused("reload: the module that is installed was loaded instead");
}

static void tell_reloaded(const struct call *call, const struct reloading *reloading)
{
	uint64_t ms = (tick_time_now() - reloading->begun) / NSEC_PER_MSEC;
	uint32_t flows = reloading->loaded.loaded + reloading->loaded.existing;

	if (call->json) {
		print_json(json_pack("{s:o, s:o}", "flows", json_u64(flows), "milliseconds",
				     json_u64(ms)));
		return;
	}
	printf("reloaded: %u flow%s went on; TSopt was taken out for %llu.%03llu s\n", flows,
	       flows == 1 ? "" : "s", (unsigned long long)ms / 1000,
	       (unsigned long long)ms % 1000);
}

static int replace_module(const struct call *call, struct reloading *reloading)
{
	int ret = session(call, let_go, reloading), undone;

	if (ret)
		return ret;
	ret = remove_modules(reloading);
	if (!ret)
		ret = insert_modules(reloading);
	if (module_users(MODULE_NAME) < 0) {
		tell_the_way(reloading);
		return ret;
	}
	undone = session(call, take_up, reloading);
	return ret ? ret : undone;
}

int cmd_reload(const struct call *call)
{
	struct reloading reloading = {
		.path = call->words[0], .netns = call->netns,
		.labels = module_users(MODULE_LABELS) >= 0, .begun = tick_time_now(),
	};
	const char *why;
	int ret;

	if (call->words[0] && call->words[1])
		return report_surplus("reload", call->words[1]);
	ret = session_enter(call);
	if (ret)
		return ret;
	why = module_unfit(reloading.path);
	if (why)
		return report_refused("reload: %s: %s", reloading.path ? reloading.path :
				      MODULE_NAME, why);
	signals_hold(NULL);
	ret = replace_module(call, &reloading);
	state_free(&reloading.state);
	if (!ret)
		tell_reloaded(call, &reloading);
	return ret;
}
