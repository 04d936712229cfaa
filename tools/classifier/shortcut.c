// SPDX-License-Identifier: GPL-2.0-only
#include "shortcut.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/netfilter/nf_tables.h>

#include "../client/config.h"
#include "dump_maps.h"
#include "elements.h"
#include "name.h"
#include "read.h"
#include "verify.h"

#define PREFIXES_MAX 64
#define TRIES 10

/*
 * A range up to the last address has no element that ends it, without which the kernel neither
 * sees what it overlaps, nor can be asked for it
 */
static bool is_short(const struct group_rules *rules)
{
	uint8_t behind[16];

	if (!rules->has_to || rules->has_port || rules->change == GROUP_RULES_SET ||
	    rules->to.count > PREFIXES_MAX)
		return false;
	for (size_t i = 0; i < rules->to.count; i++) {
		if (!range_end(&rules->to.range[i], behind))
			return false;
	}
	return true;
}

enum attempt {
	DONE,
	AGAIN,	/* another process changes rules, or is about to tell the module that it has */
	IN_VAIN,
};

static bool is_known_to(const struct groups *groups, const struct class_note *note,
			uint8_t id)
{
	const struct group *group = groups_by_id(groups, id);

	return group && note->prefix_count == group->prefix_count &&
	       note->fingerprint == group->fingerprint;
}

/* Whether the rules that lead to the group are as they were written */
static bool leads_to(struct classifier *classifier, uint8_t id)
{
	const struct class_note *note = &classifier->classes.note[id];

	return note->known && note->fingerprint &&
	       !classifier_verify_way(classifier, id, note->map) && !*classifier->wrong;
}

/* Whether one element begins, and another one ends, exactly that range, for that group */
static bool is_there(const struct range *range, uint16_t map, uint8_t id)
{
	const struct element_row *row;
	char name[CLASSIFIER_NAME];
	struct dump dump = { 0 };
	uint8_t behind[16];
	bool is;

	classifier_map_name(range->family, map, name);
	if (classifier_get_elements(name, range, &dump) < 0)
		return false;
	range_end(range, behind);
	row = (const struct element_row *)dump.row;
	is = dump.count == 2 && !row[0].end && row[1].end && row[0].leads &&
	     row[0].kind == CHAIN_GROUP && row[0].number == id &&
	     !memcmp(row[0].key, range->first, sizeof(row->key)) &&
	     !memcmp(row[1].key, behind, sizeof(row->key));
	free(dump.row);
	return is;
}

/* The kernel removes the ends of a range by themselves, and so those of two that adjoin */
static bool are_there(const struct ranges *ranges, const struct class_note *note,
		      uint8_t id)
{
	if (ranges->count >= note->prefix_count)
		return false;
	for (size_t i = 0; i < ranges->count; i++) {
		if (!is_there(&ranges->range[i], note->map, id))
			return false;
	}
	return true;
}

/* Returns 0, or -1 with errno: the kernel refuses to add a range that overlaps another one */
static int write_change(const struct classifier *classifier,
			struct group_rules_setting *setting)
{
	const struct group_rules *rules = setting->rules;
	const bool adds = rules->change == GROUP_RULES_ADD;
	struct class_note note = classifier->classes.note[setting->id];
	struct messages messages = { .mask = classifier->mask };
	struct class class = { .map = note.map, .group = setting->id };
	char why[ATTR_TEXT];
	int ret, error;

	nft_batch_begin(&messages.batch, classifier->generation);
	for (size_t i = 0; i < rules->to.count; i++) {
		class.range = rules->to.range[i];
		messages_range(&messages, adds ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM,
			       &class);
		classes_sum_change(&note, &class.range, adds);
	}
	messages_flush(&messages);
	messages_renew_group(&messages, setting->id, &note);
	ret = nft_batch_commit(&messages.batch, why, sizeof(why));
	error = errno;
	nft_batch_free(&messages.batch);
	setting->given = (struct classes_sum){
		.prefix_count = note.prefix_count, .fingerprint = note.fingerprint,
	};
	errno = error;
	return ret;
}

static enum attempt attempt_with(struct classifier *classifier, const struct groups *groups,
				 struct group_rules_setting *setting)
{
	const struct class_note *note = &classifier->classes.note[setting->id];

	if (!leads_to(classifier, setting->id))
		return IN_VAIN;
	if (!is_known_to(groups, note, setting->id))
		return AGAIN;
	if (setting->rules->change == GROUP_RULES_DEL &&
	    !are_there(&setting->rules->to, note, setting->id))
		return IN_VAIN;
	if (!write_change(classifier, setting))
		return DONE;
	return errno == ERESTART ? AGAIN : IN_VAIN;
}

static enum attempt attempt_once(struct genl *genl, uint32_t mask,
				 struct group_rules_setting *setting)
{
	struct classifier classifier = { 0 };
	enum attempt attempt = IN_VAIN;
	struct groups groups = { 0 };

	if (groups_get(genl, &groups) < 0)
		return attempt;
	if (!classifier_read_chains(&classifier, mask))
		attempt = attempt_with(&classifier, &groups, setting);
	classifier_free(&classifier);
	free(groups.group);
	return attempt;
}

bool shortcut_change(struct genl *genl, struct group_rules_setting *setting)
{
	const struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };
	enum attempt attempt = AGAIN;
	struct config config;

	if (!is_short(setting->rules) || config_get(genl, &config) < 0 || !config.mark_mask)
		return false;
	for (int tries = TRIES; attempt == AGAIN && tries; tries--) {
		attempt = attempt_once(genl, config.mark_mask, setting);
		if (attempt == AGAIN)
			nanosleep(&moment, NULL);
	}
	return attempt == DONE;
}
