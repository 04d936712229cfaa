// SPDX-License-Identifier: GPL-2.0-only
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "name.h"
#include "rules.h"

void classifier_note(struct classifier *classifier, const char *format, ...)
{
	va_list args;

	if (*classifier->wrong)
		return;
	va_start(args, format);
	vsnprintf(classifier->wrong, sizeof(classifier->wrong), format, args);
	va_end(args);
}

struct classifier_chain *classifier_find(const struct classifier *classifier,
					 const char *name)
{
	for (size_t i = 0; i < classifier->chains; i++) {
		if (!strcmp(classifier->chain[i].name, name))
			return &classifier->chain[i];
	}
	return NULL;
}

struct expectation {
	char words[2048];
};

static int expect_rule(const struct nftnl_rule *rule, void *arg)
{
	struct expectation *expectation = arg;

	classifier_words(rule, expectation->words, sizeof(expectation->words));
	return 0;
}

static int is_as_written(const struct classifier *classifier,
			 const struct classifier_chain *chain)
{
	struct expectation expectation = { .words = "" };

	if (classifier_rules(chain->kind, chain->number, classifier->mask,
			     expect_rule, &expectation) < 0)
		return -1;
	return !strcmp(expectation.words, chain->rules);
}

static int verify_chain(struct classifier *classifier, enum classifier_kind kind,
			uint32_t number)
{
	const struct classifier_chain *chain;
	char name[CLASSIFIER_NAME];
	int right;

	classifier_chain_name(kind, number, name);
	chain = classifier_find(classifier, name);
	if (!chain) {
		classifier_note(classifier, "chain %s is missing", name);
		return 0;
	}
	right = is_as_written(classifier, chain);
	if (!right)
		classifier_note(classifier, "chain %s was modified", name);
	return right < 0 ? -1 : 0;
}

static bool is_known(const struct classifier *classifier,
		     const struct classifier_chain *chain)
{
	switch (chain->kind) {
	case CHAIN_GROUP:
		return chain->number < CLASSES_GROUPS &&
		       classes_count(&classifier->classes,
				     (uint8_t)chain->number);
	case CHAIN_PORT:
		return !chain->number ||
		       classes_ports(&classifier->classes,
				     (uint16_t)chain->number);
	default:
		return chain->kind != CHAIN_FOREIGN;
	}
}

/* A group whose prefixes are in other maps than its chain notes */
static void verify_note(struct classifier *classifier, const struct class *class)
{
	struct class_note *note = &classifier->classes.note[class->group];

	if (!note->known || note->map == class->map)
		return;
	classifier_note(classifier, "chain group-%u was modified", class->group);
	note->known = false;
}

static int verify_groups(struct classifier *classifier)
{
	bool verified[CLASSES_GROUPS] = { false };

	for (size_t i = 0; i < classifier->classes.count; i++) {
		uint8_t group = classifier->classes.class[i].group;

		if (verified[group])
			continue;
		verified[group] = true;
		verify_note(classifier, &classifier->classes.class[i]);
		if (verify_chain(classifier, CHAIN_GROUP, group) < 0)
			return -1;
	}
	return 0;
}

int classifier_verify(struct classifier *classifier)
{
	const struct classes *classes = &classifier->classes;

	if (verify_chain(classifier, CHAIN_CLASSIFY, 0) < 0 ||
	    verify_chain(classifier, CHAIN_PORT, 0) < 0 ||
	    verify_groups(classifier) < 0)
		return -1;
	for (size_t i = 0; i < classes->maps; i++) {
		if (verify_chain(classifier, CHAIN_PORT,
				 ports_lowest(&classes->ports[i])) < 0)
			return -1;
	}
	for (size_t i = 0; i < classifier->chains; i++) {
		if (!is_known(classifier, &classifier->chain[i]))
			classifier_note(classifier, "unknown chain %s",
					classifier->chain[i].name);
	}
	return 0;
}

int classifier_verify_way(struct classifier *classifier, uint8_t group, uint16_t map)
{
	if (verify_chain(classifier, CHAIN_CLASSIFY, 0) < 0 ||
	    verify_chain(classifier, CHAIN_PORT, map) < 0)
		return -1;
	return verify_chain(classifier, CHAIN_GROUP, group);
}

const struct classifier_chain *
classifier_chain_of(const struct classifier *classifier,
		    const struct classifier_device *device)
{
	const struct classifier_chain *chain;
	char name[CLASSIFIER_NAME];

	classifier_chain_name(CHAIN_DEVICE, device->ifindex, name);
	chain = classifier_find(classifier, name);
	if (!chain || !chain->hooked || strcmp(chain->device, device->name) ||
	    is_as_written(classifier, chain) <= 0)
		return NULL;
	return chain;
}
