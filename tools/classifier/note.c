// SPDX-License-Identifier: GPL-2.0-only
#include "note.h"

#include <stdio.h>
#include <string.h>

#include <libnftnl/udata.h>

#define NOTE_SIZE 64

bool class_note_equal(const struct class_note *a, const struct class_note *b)
{
	if (!a->known || !b->known)
		return a->known == b->known;
	return a->map == b->map && a->prefix_count == b->prefix_count &&
	       a->fingerprint == b->fingerprint;
}

static void format_note(char out[NOTE_SIZE], const struct class_note *note)
{
	snprintf(out, NOTE_SIZE, "port-%u: %u prefixes, sum %08x", note->map,
		 note->prefix_count, note->fingerprint);
}

/* A text is a note if its numbers make the same text */
static void parse_note(const char *text, struct class_note *note)
{
	struct class_note read = { .known = true };
	char same[NOTE_SIZE];
	unsigned int map;

	if (sscanf(text, "port-%u: %u prefixes, sum %x", &map, &read.prefix_count,
		   &read.fingerprint) != 3)
		return;
	read.map = (uint16_t)map;
	format_note(same, &read);
	if (!strcmp(same, text))
		*note = read;
}

bool class_note_put(const struct class_note *note, struct nftnl_rule *rule)
{
	struct nftnl_udata_buf *buffer;
	char text[NOTE_SIZE];
	bool done;

	if (!note->known)
		return true;
	buffer = nftnl_udata_buf_alloc(2 * NOTE_SIZE);
	if (!buffer)
		return false;
	format_note(text, note);
	done = nftnl_udata_put_strz(buffer, NFTNL_UDATA_RULE_COMMENT, text) &&
	       !nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA,
				    nftnl_udata_buf_data(buffer),
				    nftnl_udata_buf_len(buffer));
	nftnl_udata_buf_free(buffer);
	return done;
}

static int read_comment(const struct nftnl_udata *data, void *note)
{
	const char *text = nftnl_udata_get(data);
	uint8_t len = nftnl_udata_len(data);

	if (nftnl_udata_type(data) == NFTNL_UDATA_RULE_COMMENT && len && !text[len - 1])
		parse_note(text, note);
	return 0;
}

void class_note_read(const struct nftnl_rule *rule, struct class_note *note)
{
	uint32_t len;
	const void *data;

	*note = (struct class_note){ 0 };
	if (!nftnl_rule_is_set(rule, NFTNL_RULE_USERDATA))
		return;
	data = nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &len);
	if (data)
		nftnl_udata_parse(data, len, read_comment, note);
}
