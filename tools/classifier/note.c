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

/*
 * Data of a rule are a type, a length and as many bytes, again and again.  Any program may put
 * others there, whose lengths nftnl_udata_parse() would believe.
 */
static void read_comments(const uint8_t *data, size_t left, struct class_note *note)
{
	while (left >= 2 && data[1] <= left - 2) {
		size_t len = data[1];

		if (data[0] == NFTNL_UDATA_RULE_COMMENT && len && !data[1 + len])
			parse_note((const char *)data + 2, note);
		data += 2 + len;
		left -= 2 + len;
	}
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
		read_comments(data, len, note);
}
