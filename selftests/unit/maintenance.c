// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of a maintenance, incidents as the service keeps them, and notes on these: written,
 * read again, and damaged.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "maintenance/before.h"
#include "maintenance/directory.h"
#include "maintenance/incidents_file.h"
#include "maintenance/notes.h"
#include "maintenance/record.h"
#include "usual/usual_file.h"

#define SET(text, to) snprintf(text, sizeof(text), "%s", to)
#define SECOND 1000000000ULL
#define BEGUN  (1795709810ULL * SECOND)
#define ID     "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"
#define OTHER  "urn:uuid:01239999-89ab-4cde-8f01-23456789abcd"

FIXTURE(maintenance)
{
	char directory[64];
	char why[RECORD_WHY];
};

FIXTURE_SETUP(maintenance)
{
	SET(self->directory, "/tmp/maintenance.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->directory));
	*self->why = '\0';
}

static int remove_one(const char *path, const struct stat *is, int type, struct FTW *where)
{
	return remove(path);
}

FIXTURE_TEARDOWN(maintenance)
{
	nftw(self->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
}

static struct record a_record(void)
{
	struct record record = {
		.words = "CHG-4711: Debian 12.11 to 13.2", .begun = BEGUN,
		.due = BEGUN + 3600 * SECOND,
		.by = { .uid = 0, .logged_in = true, .login = 1000, .user = "alice" },
	};

	SET(record.from.text[VERSION_KERNEL], "6.1.0-32-amd64");
	SET(record.from.text[VERSION_OS], "Debian GNU/Linux 12 (bookworm)");
	return record;
}

TEST_F(maintenance, record_is_read_as_it_was_written)
{
	struct record record = a_record(), read;
	char text[RECORD_TEXT];
	struct stat is;

	ASSERT_EQ(0, record_save(self->directory, &record, self->why));
	ASSERT_EQ(0, record_load(self->directory, &read, self->why));
	EXPECT_EQ(0, memcmp(&record, &read, sizeof(read)));
	EXPECT_TRUE(record_is_open(&read));
	record_format(text, &read, BEGUN);
	EXPECT_NE(NULL, strstr(text, "CHG-4711: Debian 12.11 to 13.2 (since 2026-11-26T16:16:50"));
	EXPECT_NE(NULL, strstr(text, ", by alice (login uid 1000, uid 0), until 2026-11-26T17"));
	snprintf(text, sizeof(text), "%s/" RECORD_FILE, self->directory);
	ASSERT_EQ(0, stat(text, &is));
	EXPECT_EQ(0644, is.st_mode & 0777);
	record.ended = BEGUN + SECOND;
	record.ended_by.uid = 7;
	SET(record.outcome, "same");
	ASSERT_EQ(0, record_save(self->directory, &record, self->why));
	ASSERT_EQ(0, record_load(self->directory, &read, self->why));
	EXPECT_EQ(0, memcmp(&record, &read, sizeof(read)));
	EXPECT_FALSE(record_is_open(&read));
}

TEST_F(maintenance, no_record_is_none)
{
	struct record read = a_record();

	ASSERT_EQ(0, record_load(self->directory, &read, self->why));
	EXPECT_FALSE(record_is_open(&read));
	EXPECT_EQ(0, read.begun);
}

TEST_F(maintenance, broken_records_are_told)
{
	static const char *const broken[] = {
		"", "{", "[]", "null", "{}", "{\"version\": 1}", "{\"version\": 2}",
	};
	struct record read;

	for (int i = 0; i < 7; i++) {
		write_file(self->directory, RECORD_FILE, broken[i]);
		EXPECT_EQ(-1, record_load(self->directory, &read, self->why));
		EXPECT_NE(NULL, strstr(self->why, RECORD_FILE ": "));
		EXPECT_FALSE(record_is_open(&read));
	}
}

/* Each field that is missing or of another kind */
TEST_F(maintenance, fields_of_records)
{
	static const char *const required[] = {
		"version", "words", "by", "begun", "due", "ended",
	};
	struct record record = a_record(), read;

	for (int i = 0; i < 6; i++) {
		json_t *json = record_json(&record, BEGUN);

		EXPECT_EQ(0, record_parse(json, &read));
		json_object_del(json, required[i]);
		EXPECT_EQ(-1, record_parse(json, &read));
		json_object_set_new(json, required[i], json_string("\n"));
		EXPECT_EQ(-1, record_parse(json, &read));
		EXPECT_EQ(0, read.begun);
		json_decref(json);
	}
}

/* It may be a day before, or a year after, once the clock is set */
TEST(clocks_that_jump)
{
	struct record record = a_record();

	EXPECT_FALSE(record_is_overdue(&record, BEGUN - 86400 * SECOND));
	EXPECT_FALSE(record_is_overdue(&record, 0));
	EXPECT_FALSE(record_is_overdue(&record, record.due - 1));
	EXPECT_TRUE(record_is_overdue(&record, record.due));
	EXPECT_TRUE(record_is_overdue(&record, UINT64_MAX));
	record.ended = record.due;
	EXPECT_FALSE(record_is_overdue(&record, record.due + 1));
	record.ended = 0;
	record.due = 0;
	EXPECT_FALSE(record_is_overdue(&record, UINT64_MAX));
}

TEST(words)
{
	char longest[RECORD_WORDS + 1] = "";

	EXPECT_EQ(NULL, record_check_words("CHG-4711: \"x\" \\ y", 512));
	EXPECT_EQ(NULL, record_check_words("\xe4\xbd\x9c\xe6\xa5\xad", 512));
	EXPECT_STREQ("says nothing", record_check_words("", 512));
	EXPECT_STREQ("says nothing", record_check_words("  ", 512));
	EXPECT_STREQ("is not UTF-8", record_check_words("\xe4\xbd", 512));
	EXPECT_NE(NULL, record_check_words("a\nb", 512));
	EXPECT_NE(NULL, record_check_words("\033[2J", 512));
	EXPECT_NE(NULL, record_check_words("\x7f", 512));
	EXPECT_NE(NULL, record_check_words("\xc2\x9b", 512));
	EXPECT_NE(NULL, record_check_words("\xe2\x80\xae", 512));
	memset(longest, 'x', RECORD_WORDS - 1);
	EXPECT_EQ(NULL, record_check_words(longest, RECORD_WORDS));
	longest[RECORD_WORDS - 1] = 'x';
	EXPECT_STREQ("is too long", record_check_words(longest, RECORD_WORDS));
}

TEST(actors)
{
	struct actor actor = { .uid = 0 }, read;
	char text[ACTOR_TEXT];
	json_t *json = json_pack("{s:i}", "uid", -1);

	EXPECT_STREQ("uid 0", actor_format(text, &actor));
	SET(actor.user, "a\033b");
	EXPECT_STREQ("a\\x1bb (uid 0)", actor_format(text, &actor));
	actor.logged_in = true;
	EXPECT_STREQ("a\\x1bb (uid 0)", actor_format(text, &actor));
	EXPECT_EQ(-1, actor_parse(json, &read));
	json_object_set_new(json, "uid", json_integer(4294967296));
	EXPECT_EQ(-1, actor_parse(json, &read));
	json_object_set_new(json, "uid", json_integer(4294967295));
	EXPECT_EQ(0, actor_parse(json, &read));
	json_object_set_new(json, "login_uid", json_string("x"));
	EXPECT_EQ(-1, actor_parse(json, &read));
	json_decref(json);
	EXPECT_EQ(-1, actor_parse(NULL, &read));
}

TEST(versions)
{
	static const char release[] =
		"NAME=Debian\nXPRETTY_NAME=no\nPRETTY_NAME=\"Debian \\\"12\\\"\"\nLAST='x y'";
	char text[VERSION_TEXT], difference[1024];
	struct versions before = a_record().from, now = before;

	versions_os_release(release, "PRETTY_NAME", text);
	EXPECT_STREQ("Debian \"12\"", text);
	versions_os_release(release, "LAST", text);
	EXPECT_STREQ("x y", text);
	versions_os_release(release, "NAME", text);
	EXPECT_STREQ("Debian", text);
	versions_os_release("", "NAME", text);
	EXPECT_STREQ("", text);
	EXPECT_STREQ("", versions_difference(difference, sizeof(difference), &before, &now));
	SET(now.text[VERSION_KERNEL], "6.12.38");
	SET(now.text[VERSION_MODULE], "1.4");
	EXPECT_STREQ("kernel 6.1.0-32-amd64 -> 6.12.38, module none -> 1.4",
		     versions_difference(difference, sizeof(difference), &before, &now));
	EXPECT_STREQ("Debian GNU/Linux 12 (bookworm), kernel 6.12.38, module 1.4",
		     versions_format(difference, sizeof(difference), &now));
}

/* A directory where it cannot be written keeps what is there */
TEST_F(maintenance, what_cannot_be_written_is_told)
{
	struct record record = a_record();

	EXPECT_EQ(-1, record_save("/proc/self", &record, self->why));
	EXPECT_NE(NULL, strstr(self->why, "/proc/self/" RECORD_FILE));
	EXPECT_EQ(-1, record_save("/nowhere", &record, self->why));
	EXPECT_NE(NULL, strstr(self->why, "No such file"));
}

/* Incidents */

#define AN_INCIDENT(id, state, verdict) "{\"id\": \"" id "\", \"state\": \"" state "\", " \
	"\"group\": \"alpha\", \"kind\": \"success\", \"verdict\": \"" verdict "\"}"

TEST_F(maintenance, incidents_are_found)
{
	char shorter[INCIDENTS_SHORT], title[256];
	const json_t *one;
	const char *why;
	json_t *all;

	all = incidents_file_read(self->directory, self->why, sizeof(self->why));
	ASSERT_NE(NULL, all);
	EXPECT_EQ(0, json_array_size(all));
	json_decref(all);
	write_file(self->directory, INCIDENTS_FILE, "{\"incidents\": ["
		   AN_INCIDENT(ID, "closed", "ours") "," AN_INCIDENT(OTHER, "tripped", "ours") ","
		   AN_INCIDENT("x", "open", "far_end") "]}");
	all = incidents_file_read(self->directory, self->why, sizeof(self->why));
	ASSERT_EQ(3, json_array_size(all));
	EXPECT_EQ(json_array_get(all, 2), incidents_file_find(all, ID, &why));
	EXPECT_EQ(json_array_get(all, 2), incidents_file_find(all, "01234", &why));
	EXPECT_EQ(json_array_get(all, 1), incidents_file_find(all, "urn:uuid:01239", &why));
	EXPECT_EQ(NULL, incidents_file_find(all, "0123", &why));
	EXPECT_NE(NULL, strstr(why, "several"));
	EXPECT_EQ(NULL, incidents_file_find(all, "9", &why));
	EXPECT_EQ(NULL, incidents_file_find(all, "", &why));
	EXPECT_EQ(NULL, incidents_file_find(all, "urn:uuid:", &why));
	one = json_array_get(all, 1);
	EXPECT_STREQ("01239999", incidents_file_short(shorter, one));
	EXPECT_STREQ("connections of group alpha fail: it looks like this firewall",
		     incidents_file_title(one, title, sizeof(title)));
	EXPECT_FALSE(incidents_file_is_ours(json_array_get(all, 2)));
	EXPECT_TRUE(incidents_file_is_ours(one));
	EXPECT_FALSE(incidents_file_is_ours(json_array_get(all, 0)));
	json_decref(all);
	write_file(self->directory, INCIDENTS_FILE, "{\"broken");
	EXPECT_EQ(NULL, incidents_file_read(self->directory, self->why, sizeof(self->why)));
	EXPECT_NE(NULL, strstr(self->why, INCIDENTS_FILE));
}

/* Notes */

TEST_F(maintenance, notes_are_kept)
{
	struct actor by = { .uid = 0 };
	json_t *notes, *on;
	struct stat is;
	char path[128];

	notes = notes_read(self->directory, self->why, sizeof(self->why));
	ASSERT_NE(NULL, notes);
	ASSERT_NE(NULL, notes_add(notes, ID, "rolled back", &by, BEGUN));
	ASSERT_NE(NULL, notes_add(notes, OTHER, "called the carrier", &by, BEGUN + 1));
	ASSERT_EQ(0, notes_save(self->directory, notes, self->why, sizeof(self->why)));
	json_decref(notes);
	notes = notes_read(self->directory, self->why, sizeof(self->why));
	ASSERT_EQ(2, json_array_size(notes));
	on = notes_on(notes, ID);
	ASSERT_EQ(1, json_array_size(on));
	EXPECT_TRUE(notes_say(on, "rolled back"));
	EXPECT_FALSE(notes_say(on, "called the carrier"));
	json_decref(on);
	for (int i = 0; i < NOTES; i++)
		ASSERT_NE(NULL, notes_add(notes, OTHER, "again", &by, BEGUN));
	EXPECT_EQ(NOTES, json_array_size(notes));
	EXPECT_FALSE(notes_say(notes, "rolled back"));
	EXPECT_TRUE(notes_say(notes, "again"));
	json_decref(notes);
	snprintf(path, sizeof(path), "%s/" NOTES_FILE, self->directory);
	ASSERT_EQ(0, stat(path, &is));
	EXPECT_EQ(0600, is.st_mode & 0777);
}

/* What cannot be read is not to be replaced */
TEST_F(maintenance, broken_notes_are_told)
{
	static const char *const broken[] = {
		"{", "{}", "{\"notes\": 1}", "{\"notes\": [1]}", "{\"notes\": [{}]}",
		"{\"notes\": [{\"incident\": \"x\", \"time\": \"x\", \"text\": \"x\"}]}",
	};

	for (int i = 0; i < 6; i++) {
		write_file(self->directory, NOTES_FILE, broken[i]);
		EXPECT_EQ(NULL, notes_read(self->directory, self->why, sizeof(self->why)));
		EXPECT_NE(NULL, strstr(self->why, NOTES_FILE));
	}
}

/* The directory */

TEST(places)
{
	char path[PATH_MAX];

	directory_place(path, NULL, NULL, false);
	EXPECT_STREQ("/var/lib/tsrewrite", path);
	directory_place(path, NULL, "red", true);
	EXPECT_STREQ("/var/lib/tsrewrite/netns/red", path);
	directory_place(path, "/srv/x", NULL, false);
	EXPECT_STREQ("/srv/x", path);
	directory_place(path, "/srv/x", "red", false);
	EXPECT_STREQ("/srv/x/netns/red", path);
	directory_place(path, "/srv/x", "red", true);
	EXPECT_STREQ("/srv/x", path);
}

TEST_F(maintenance, one_command_at_a_time)
{
	int lock = directory_lock(self->directory), other;
	char path[128];

	ASSERT_LE(0, lock);
	snprintf(path, sizeof(path), "%s/.lock", self->directory);
	other = open(path, O_RDWR);
	ASSERT_LE(0, other);
	EXPECT_EQ(-1, flock(other, LOCK_EX | LOCK_NB));
	close(lock);
	EXPECT_EQ(0, flock(other, LOCK_EX | LOCK_NB));
	close(other);
	EXPECT_EQ(-1, directory_lock("/nowhere"));
}

/* What is usual stays as it was at the beginning, whatever is learnt from then on */
TEST_F(maintenance, usual_is_kept)
{
	struct usual_counts counted[USUAL_ORIGINS] = { 0 };
	struct usual usual = { 0 }, before;

	EXPECT_EQ(0, before_keep(self->directory, BEGUN, self->why, sizeof(self->why)));
	write_file(self->directory, USUAL_FILE, "{");
	EXPECT_EQ(-1, before_keep(self->directory, BEGUN, self->why, sizeof(self->why)));
	counted[USUAL_INSIDE].seconds = 3600;
	counted[USUAL_INSIDE].n[USUAL_ATTEMPTS] = 100;
	ASSERT_EQ(0, usual_learn(&usual, "alpha", USUAL_TRIAL, counted, BEGUN));
	ASSERT_EQ(0, usual_save(self->directory, BEGUN, &usual, self->why, sizeof(self->why)));
	EXPECT_EQ(1, before_keep(self->directory, BEGUN, self->why, sizeof(self->why)));
	ASSERT_EQ(0, usual_learn(&usual, "alpha", USUAL_TRIAL, counted, BEGUN));
	ASSERT_EQ(0, usual_save(self->directory, BEGUN, &usual, self->why, sizeof(self->why)));
	EXPECT_EQ(0, before_read(self->directory, BEGUN, &before, self->why, sizeof(self->why)));
	EXPECT_EQ(100, usual_at(&before, "alpha", USUAL_TRIAL, USUAL_INSIDE,
				BEGUN).counts.n[USUAL_ATTEMPTS]);
	usual_free(&before);
	usual_free(&usual);
}

TEST_HARNESS_MAIN
