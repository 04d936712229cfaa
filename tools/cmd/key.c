// SPDX-License-Identifier: GPL-2.0-only
/* Makes and loads keys, and shows what may be known of the one that is loaded */
#include "key.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/key.h"
#include "../client/report_genl.h"
#include "../client/witness.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/word.h"
#include "json.h"
#include "key_file.h"

static void print_key(const struct key *key)
{
	char text[FORMAT_SIZE];

	printf("fingerprint: %s\n", key_format_fingerprint(text, key->fingerprint));
	printf("origin:      %s\n", key->loaded ? "loaded" :
	       "drawn at random: other firewalls have others, and so has the next load of the module");
	printf("clock:       %s\n", format_time(text, key->time));
	if (attr_present(key, TSREWRITE_A_KEY_BEFORE))
		printf("before:      %s counts as well, for four minutes since it was replaced\n",
		       key_format_fingerprint(text, key->before));
}

static int show_key(struct genl *genl, const struct call *call, void *unused)
{
	struct key key;

	(void)unused;
	if (key_get(genl, &key) < 0)
		return report_genl(genl, "showing the key", "key");
	if (!key.present)
		return report_refused("key: the module that is loaded is older, and has none");
	if (call->json)
		print_json(key_json(&key));
	else
		print_key(&key);
	return EXIT_DONE;
}

static int set_key(struct genl *genl, const struct call *call, void *secret)
{
	struct witness witness;
	struct key key = { 0 };
	char text[FORMAT_SIZE];
	bool changed;

	witness_begin(&witness, genl, TSREWRITE_EVENT_KEY);
	if (key_set(genl, secret) < 0)
		return report_genl(genl, "loading a key", "key load");
	changed = witness_saw_change(&witness);
	if (key_get(genl, &key) < 0)
		return report_genl(genl, "showing the key",
				   "key load: it was loaded, but could not be read back");
	if (call->json)
		print_json(change_json("key", key_json(&key), changed));
	else
		printf("key %s %s\n", key_format_fingerprint(text, key.fingerprint),
		       changed ? "is loaded" : "is loaded already");
	return EXIT_DONE;
}

static int load_key(const struct call *call)
{
	const char *path = call->words[1];
	uint8_t secret[KEY_SIZE];
	int ret;

	if (!path)
		return report_usage("key load: name the file of the key, or - for stdin");
	ret = key_file_read(path, secret);
	if (!ret)
		ret = session(call, set_key, secret);
	explicit_bzero(secret, sizeof(secret));
	return ret;
}

static int make_key(const struct call *call)
{
	const char *path = call->words[1];
	int ret;

	if (!path || !strcmp(path, "-"))
		return report_usage("key new: name the file that is to have the key");
	ret = key_file_new(path);
	if (!ret && call->json)
		print_json(json_pack("{s:o}", "file", json_text(path)));
	return ret;
}

int cmd_key(const struct call *call)
{
	static const char *const actions[] = { "show", "new", "load", NULL };
	const char *word = call->words[0];
	int action = word ? word_index(word, actions) : 0;

	if (action < 0)
		return report_unknown_word("key", "action", word, actions);
	if (word && call->words[1] && (!action || call->words[2]))
		return report_surplus("key", call->words[action ? 2 : 1]);
	if (action == 1)
		return make_key(call);
	return action ? load_key(call) : session(call, show_key, NULL);
}
