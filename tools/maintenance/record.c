// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../text/format.h"
#include "../text/new_file.h"
#include "../text/parse_time.h"
#include "../text/print.h"

#define VERSION 1	/* of the file's format */

bool record_is_open(const struct record *record)
{
	return record->begun && !record->ended;
}

bool record_is_overdue(const struct record *record, uint64_t now)
{
	return record_is_open(record) && record->due && now >= record->due;
}

/* Control characters, those of ISO 8859 beyond ASCII, and what turns the direction of text */
static bool is_control(const unsigned char *c)
{
	return *c < ' ' || *c == 0x7f || (c[0] == 0xc2 && c[1] < 0xa0) ||
	       (c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) ||
	       (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

static bool is_utf8(const char *text)
{
	json_t *json = json_string(text);
	bool is = json;

	json_decref(json);
	return is;
}

const char *record_check_words(const char *words, size_t size)
{
	if (!words[strspn(words, " ")])
		return "says nothing";
	if (strlen(words) >= size)
		return "is too long";
	if (!is_utf8(words))
		return "is not UTF-8";
	for (const char *c = words; *c; c++) {
		if (is_control((const unsigned char *)c))
			return "is not one line of text: it has control characters";
	}
	return NULL;
}

static const char *describe_due(char out[2 * FORMAT_SIZE], const struct record *record,
				uint64_t now)
{
	char time[FORMAT_SIZE];

	*out = '\0';
	if (record->due)
		snprintf(out, 2 * FORMAT_SIZE, record_is_overdue(record, now) ?
			 ", overdue since %s" : ", until %s", format_time(time, record->due));
	return out;
}

char *record_format(char out[RECORD_TEXT], const struct record *record, uint64_t now)
{
	char begun[FORMAT_SIZE], due[2 * FORMAT_SIZE], by[ACTOR_TEXT];

	snprintf(out, RECORD_TEXT, "%s (since %s, by %s%s)", record->words,
		 format_time(begun, record->begun), actor_format(by, &record->by),
		 describe_due(due, record, now));
	return out;
}

static json_t *optional_time(uint64_t time)
{
	return time ? json_time(time) : json_null();
}

json_t *record_json(const struct record *record, uint64_t now)
{
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "version", VERSION,
			 "words", record->words, "by", actor_json(&record->by),
			 "begun", optional_time(record->begun),
			 "due", optional_time(record->due),
			 "overdue", record_is_overdue(record, now),
			 "ended", optional_time(record->ended),
			 "ended_by", record->ended ? actor_json(&record->ended_by) : json_null(),
			 "outcome", record->ended ? json_text(record->outcome) : json_null(),
			 "from", versions_json(&record->from));
}

static bool get_time(const json_t *json, const char *key, uint64_t *time)
{
	const json_t *value = json_object_get(json, key);

	*time = 0;
	return json_is_null(value) ||
	       (json_is_string(value) && !parse_time(json_string_value(value), time));
}

int record_parse(const json_t *json, struct record *record)
{
	const char *words = json_string_value(json_object_get(json, "words"));
	const char *outcome = json_string_value(json_object_get(json, "outcome"));

	*record = (struct record){ 0 };
	if (json_integer_value(json_object_get(json, "version")) != VERSION || !words ||
	    record_check_words(words, sizeof(record->words)) ||
	    actor_parse(json_object_get(json, "by"), &record->by) ||
	    !get_time(json, "begun", &record->begun) || !record->begun ||
	    !get_time(json, "due", &record->due) || !get_time(json, "ended", &record->ended) ||
	    (record->ended && actor_parse(json_object_get(json, "ended_by"),
					  &record->ended_by))) {
		*record = (struct record){ 0 };
		return -1;
	}
	snprintf(record->words, sizeof(record->words), "%s", words);
	snprintf(record->outcome, sizeof(record->outcome), "%s", outcome ? outcome : "");
	versions_parse(json_object_get(json, "from"), &record->from);
	return 0;
}

static int fail_with(const char *directory, const char *reason, char why[RECORD_WHY])
{
	snprintf(why, RECORD_WHY, "%.200s/" RECORD_FILE ": %s", directory, reason);
	return -1;
}

int record_load(const char *directory, struct record *record, char why[RECORD_WHY])
{
	char path[PATH_MAX];
	json_error_t error;
	json_t *json;
	int ret;

	*record = (struct record){ 0 };
	if (snprintf(path, sizeof(path), "%s/" RECORD_FILE, directory) >= PATH_MAX)
		return fail_with(directory, strerror(ENAMETOOLONG), why);
	if (access(path, R_OK))
		return errno == ENOENT ? 0 : fail_with(directory, strerror(errno), why);
	json = json_load_file(path, 0, &error);
	if (!json)
		return fail_with(directory, error.text, why);
	ret = record_parse(json, record);
	json_decref(json);
	return ret ? fail_with(directory, "it is not as this version writes it", why) : 0;
}

/* For all to read: status shows it to anybody */
int record_save(const char *directory, const struct record *record, char why[RECORD_WHY])
{
	if (!new_file_json(directory, RECORD_FILE, 0644, record_json(record, record->begun)))
		return 0;
	return fail_with(directory, strerror(errno), why);
}
