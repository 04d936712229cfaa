// SPDX-License-Identifier: GPL-2.0-only
/*
 * States as files of commands: what is read, what is refused and where, that what is written
 * is read back, and how two states differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "state/difference.h"
#include "state/read.h"
#include "state/save.h"
#include "state/undo.h"
#include "state/words.h"

/* Parses a copy of @text.  Returns NULL, or why it is refused. */
static const char *parse_copy(const char *text, struct state *state)
{
	static char why[STATE_WHY];
	char *copy = strdup(text);
	int ret = state_parse("F", copy, state, why);

	free(copy);
	return ret < 0 ? why : NULL;
}

static const char *refusal_of(const char *text)
{
	struct state state;
	const char *why = parse_copy(text, &state);

	state_free(&state);
	return why;
}

/* To be freed */
static char *print_text(const struct state *state)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	state_print(file, state, true);
	fclose(file);
	return text;
}

static const char *split_copy(const char *line, char **words)
{
	static char copy[256];

	snprintf(copy, sizeof(copy), "%s", line);
	return words_split(copy, words);
}

TEST(words)
{
	char *words[WORDS_MAX + 1];

	ASSERT_EQ(NULL, split_copy(" attach\teth0  # a comment", words));
	EXPECT_STREQ("attach", words[0]);
	EXPECT_STREQ("eth0", words[1]);
	EXPECT_EQ(NULL, words[2]);
	ASSERT_EQ(NULL, split_copy("a#b \"c # d\"", words));
	EXPECT_STREQ("a#b", words[0]);
	EXPECT_STREQ("c # d", words[1]);
	ASSERT_EQ(NULL, split_copy("\"\\\"\\\\\\x01\\xff\" x", words));
	EXPECT_STREQ("\"\\\x01\xff", words[0]);
	EXPECT_STREQ("x", words[1]);
	ASSERT_EQ(NULL, split_copy("\"\"", words));
	EXPECT_STREQ("", words[0]);
	ASSERT_EQ(NULL, split_copy("  # nothing", words));
	EXPECT_EQ(NULL, words[0]);
}

TEST(words_refused)
{
	static const char *const bad[] = {
		"\"", "\"a", "\"a\\", "\"a\\\"", "a\"b\"", "\"a\"b", "\"\\n\"",
		"\"\\x1\"", "\"\\x00\"",
	};
	char *words[WORDS_MAX + 1], many[2 * WORDS_MAX + 3];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		EXPECT_NE(NULL, split_copy(bad[i], words)) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
	for (size_t i = 0; i <= WORDS_MAX; i++)
		memcpy(many + 2 * i, "a ", 3);
	EXPECT_STREQ("has too many words", split_copy(many, words));
}

/* Every byte that a name may have comes back */
TEST(words_quoted)
{
	char *words[WORDS_MAX + 1], quoted[WORD_QUOTED], name[32];

	for (unsigned int c = 1; c < 256; c++) {
		memset(name, (int)c, sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		ASSERT_EQ(NULL, split_copy(word_quote(quoted, name), words));
		EXPECT_STREQ(name, words[0]);
		EXPECT_EQ(NULL, words[1]);
	}
	EXPECT_STREQ("\"\"", word_quote(quoted, ""));
	EXPECT_STREQ("eth0.5", word_quote(quoted, "eth0.5"));
}

TEST(lines)
{
	char text[] = "a\nb \\\nc\n\n# d\\\ne";
	char *rest = text;
	size_t number = 0;

	EXPECT_STREQ("a", words_cut_line(&rest, &number));
	EXPECT_EQ(1, number);
	EXPECT_STREQ("b c", words_cut_line(&rest, &number));
	EXPECT_EQ(3, number);
	EXPECT_STREQ("", words_cut_line(&rest, &number));
	EXPECT_STREQ("# d\\", words_cut_line(&rest, &number));
	EXPECT_STREQ("e", words_cut_line(&rest, &number));
	EXPECT_EQ(6, number);
	EXPECT_EQ(NULL, rest);
}

TEST(taken)
{
	struct state state;

	ASSERT_EQ(NULL, parse_copy("on\nconfig set limit 1000 when-full pass\n"
			      "attach eth1 zone 255\nattach --absent eth0\n"
			      "group add a mode strip canary 5 port 443,80\n"
			      "group add b to 192.0.2.0/24,198.51.100.1\n"
			      "group set default canary 7\n", &state));
	EXPECT_EQ(2, state.devices);
	EXPECT_STREQ("eth0", state.device[0].name);
	EXPECT_TRUE(state.device[0].absent);
	EXPECT_EQ(255, state.device[1].zone);
	EXPECT_FALSE(state.device[1].absent);
	ASSERT_EQ(3, state.groups);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, state.group[0].settings.mode);
	EXPECT_EQ(7, state.group[0].settings.canary);
	EXPECT_EQ(TSREWRITE_MODE_STRIP, state.group[1].settings.mode);
	EXPECT_EQ(2, state.group[1].ranges.count);	/* every address */
	EXPECT_EQ(TSREWRITE_MODE_OFF, state.group[2].settings.mode);
	EXPECT_EQ(100, state.group[2].settings.canary);
	EXPECT_EQ(2, state.group[2].sum.prefix_count);
	EXPECT_EQ(1000, state.config.limit);
	EXPECT_TRUE(state_is_on(&state));
	state_free(&state);
}

#define NO_NAME	    "F:1: group add: \"a b\" is not a name: "
#define SAY_ALL	    "F:1: group set: say all of group a with group add: "
#define DEFAULT_SET "F:1: group set default: it "

static const struct {
	const char *text;
	const char *why;
} refused[] = {
	{ "", "F: the file is empty" },
	{ "# nothing\n\n", "F: the file has no command" },
	{ "on", "F: the last line has no end: the file was cut short" },
	{ STATE_HEADER " 1\non\n", "F: the last line is not \"" STATE_END
				   "\": the file was cut short" },
	{ "on\n\noff\n", "F:3: the mode is given twice" },
	{ "on\ngroup set default mode off\n", "F:2: the mode is given twice" },
	{ "on off\n", "F:1: on: unexpected word \"off\" (tsrewrite help on)" },
	{ "mode fast\n",
	  "F:1: unknown mode \"fast\"; use one of: off, rewrite, bug, observe, strip" },
	{ "mode\n", "F:1: mode: name a mode" },
	{ "flush --force\n",
	  "F:1: unknown command \"flush\"; use one of: attach, config, group, mode, on, off" },
	{ "attach\n", "F:1: attach: name a device" },
	{ "attach --absent\n", "F:1: attach: name a device" },
	{ "attach a/b\n",
	  "F:1: attach: \"a/b\" has a character that is not allowed in device names" },
	{ "attach \"a b\"\n",
	  "F:1: attach: \"a b\" has a character that is not allowed in device names" },
	{ "attach a\nattach a zone 1\n", "F:2: attach: a is attached twice" },
	{ "attach a zone\n", "F:1: attach: zone needs a number in 0..255" },
	{ "attach a zone 256\n", "F:1: attach: zone \"256\" is not in 0..255" },
	{ "attach a zone 1 2\n",
	  "F:1: attach: unexpected word \"2\" (tsrewrite help attach)" },
	{ "config\n", "F:1: config: a state has `config set KEY VALUE ...`" },
	{ "config set limit\n", "F:1: config set: limit needs a value" },
	{ "config set limit 1\nconfig set limit 2\n",
	  "F:2: config set: limit is given twice" },
	{ "config set limit x\n", "F:1: config set: limit \"x\" is not a number" },
	{ "config set limits 1\n",
	  "F:1: unknown key of config set \"limits\"; did you mean \"limit\"?" },
	{ "group del a\n",
	  "F:1: group: a state has `group add NAME ...` and `group set default ...`" },
	{ "group add\n", "F:1: group add: name a group" },
	{ "group add default\n",
	  "F:1: group add: the default group is there already" },
	{ "group add \"a b\"\n",
	  NO_NAME
	  "use letters, digits, '.', '_', '-', but no '-' first" },
	{ "group add a\ngroup add a\n", "F:2: group add: group a is added twice" },
	{ "group add a id 0\n", "F:1: group add: id \"0\" is not a number in 1..255" },
	{ "group add a id 7\ngroup add b id 7\n", "F:2: group add: id 7 is given twice" },
	{ "group set default id 7\n",
	  "F:1: group set: the id of a group is chosen when it is added" },
	{ "group add a mode\n", "F:1: group add: mode needs a value" },
	{ "group add a canary 101\n", "F:1: group add: canary \"101\" is not in 0..100" },
	{ "group add a to 10.0.0.0/8\n\ngroup add b \\\nto 10.1.0.0/16\n",
	  "F:3: group b: 10.1.0.0/16 overlaps 10.0.0.0/8 of group a" },
	{ "group set a mode off\n",
	  SAY_ALL
	  "a state has group set for the default group only" },
	{ "group set default canary 1\ngroup set default count on canary 1\n",
	  "F:2: group set default: canary is given twice" },
	{ "group set default count on\n\ngroup set default count on\n",
	  "F:3: group set default: count is given twice" },
	{ "group set default to any\n",
	  DEFAULT_SET
	  "has the connections of no other group, and takes no prefixes or ports" },
	{ "attach \"a\n",
	  "F:1: the line has a quote that is not closed, or a \\ before something unknown" },
};

TEST(refused_with_line)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		EXPECT_STREQ(refused[i].why, refusal_of(refused[i].text));
}

/* Whatever is cut off from the end of what was saved is noticed */
TEST(cut_short)
{
	struct state state;
	char *text;

	ASSERT_EQ(NULL, parse_copy("attach eth0\ngroup add a to 10.0.0.0/8\n", &state));
	text = print_text(&state);
	state_free(&state);
	for (size_t len = strlen(text); len--; ) {
		text[len] = '\0';
		EXPECT_NE(NULL, refusal_of(text)) {
			TH_LOG("taken: %s", text);
		}
	}
	free(text);
}

#define MANY 100000

/* A group with many prefixes, which are written in lines that a person can read */
TEST(many_prefixes)
{
	struct state state, again;
	char *text = malloc(32 * MANY), *to = text, *printed;

	to += sprintf(to, "group add many mode rewrite to ");
	for (unsigned int i = 0; i < MANY; i++)
		to += sprintf(to, "%s10.%u.%u.%u/31", i ? "," : "", i >> 15, i >> 7 & 255,
			      i << 1 & 255);
	sprintf(to, "\n");
	ASSERT_EQ(NULL, parse_copy(text, &state));
	EXPECT_EQ(MANY, state.group[1].sum.prefix_count);
	free(text);
	printed = print_text(&state);
	for (char *line = printed; line; line = strchr(line + 1, '\n'))
		EXPECT_GT(200, strcspn(line + 1, "\n"));
	ASSERT_EQ(NULL, parse_copy(printed, &again));
	EXPECT_FALSE(state_differs(&state, &again));
	text = print_text(&again);
	EXPECT_STREQ(printed, text);
	free(text);
	free(printed);
	state_free(&again);
	state_free(&state);
}

/* What is written is read back, and is written the same again */
TEST(round_trip)
{
	struct state state, again;
	char *first, *second;

	ASSERT_EQ(NULL, parse_copy("mode observe\nattach --absent \"w\\x01\\\"#\" zone 9\n"
			      "group set default canary 0\nattach eth0\n"
			      "group add marked id 9 canary 4\n"
			      "group add z mode bug port 53,5000-5100 to any\n"
			      "group add a canary 3 count on to 2001:db8::/32\n"
			      "config set limit 5 timeout-closed 90s mark-mask 0x0000ff00\n",
			      &state));
	first = print_text(&state);
	ASSERT_EQ(NULL, parse_copy(first, &again));
	second = print_text(&again);
	EXPECT_STREQ(first, second);
	EXPECT_FALSE(state_differs(&state, &again));
	EXPECT_FALSE(state_differs(&again, &state));
	EXPECT_NE(NULL, strstr(first, "group add marked id 9 mode off canary 4\n"));
	/* The groups keep their order, which decides their ids */
	EXPECT_STREQ("z", again.group[2].settings.name);
	free(first);
	free(second);
	state_free(&again);
	state_free(&state);
}

/* For state_differences(): appends a line */
static int append_line(const struct difference *difference, void *text)
{
	sprintf((char *)text + strlen(text), "%s: %s > %s;", difference->subject,
		difference->before, difference->after);
	return 0;
}

static const char *tell_how(const char *now, const char *wanted)
{
	static char text[4096];
	struct state a, b;

	*text = '\0';
	if (!parse_copy(now, &a) && !parse_copy(wanted, &b)) {
		state_differences(&a, &b, append_line, text);
		state_free(&b);
	}
	state_free(&a);
	return text;
}

TEST(differing)
{
	EXPECT_STREQ("", tell_how("on\nattach a\n", "attach a zone 0\nmode rewrite\n"));
	EXPECT_STREQ("limit: 5 > 6;",
		     tell_how("config set limit 5 when-full pass\n", "config set limit 6\n"));
	EXPECT_STREQ("device a: zone 1 > zone 2;device b: zone 0 > ;device c:  > zone 0;",
		     tell_how("attach a zone 1\nattach b\n", "attach a zone 2\nattach c\n"));
	EXPECT_STREQ("group a id: 1 > 2;",
		     tell_how("group add a id 1\n", "group add a id 2\n"));
	EXPECT_STREQ("", tell_how("group add a id 1\n", "group add a\n"));
	EXPECT_STREQ("group default mode: rewrite > off;",
		     tell_how("on\n", "off\n"));
	EXPECT_STREQ("group a mode: off > strip;group a canary: 100 > 9;"
		     "group a count: off > on;",
		     tell_how("group add a\n", "group add a mode strip canary 9 count on\n"));
	EXPECT_STREQ("group a: mode off, canary 100, 0 prefixes > ;"
		     "group b:  > mode bug, canary 100, 1 prefix, port 53;",
		     tell_how("group add a\n", "group add b mode bug to 10.0.0.0/8 port 53\n"));
	EXPECT_STREQ("group a to: 10.1.0.0/16 > ;group a to:  > 10.2.0.0/16;"
		     "group a port: any > 53;",
		     tell_how("group add a to 10.0.0.0/16,10.1.0.0/16,10.3.0.0/16\n",
			      "group add a to 10.0.0.0/16,10.2.0.0/16,10.3.0.0/16 port 53\n"));
}

/* As many ports as a group can have, none of which is cut off */
TEST(many_ports)
{
	char wanted[2048] = "group add a to 10.0.0.0/8 port 10000-10001";
	char end[] = "-11261;";
	const char *told;

	for (unsigned int i = 1; i < PORTS_MAX; i++)
		sprintf(wanted + strlen(wanted), ",%u-%u", 10000 + 20 * i, 10001 + 20 * i);
	strcat(wanted, "\n");
	told = tell_how("group add a to 10.0.0.0/8\n", wanted);
	ASSERT_LT(strlen(end), strlen(told));
	EXPECT_STREQ(end, told + strlen(told) - strlen(end));
}

/* What has no effect differs, though all settings are equal; without groups it does not matter */
TEST(ineffective)
{
	struct state now, groups, none;
	char text[1024] = "";

	ASSERT_EQ(NULL, parse_copy("attach a\nattach b\nattach c\ngroup add g\n", &now));
	ASSERT_EQ(NULL, parse_copy("attach a\nattach b\nattach c\ngroup add g\n", &groups));
	ASSERT_EQ(NULL, parse_copy("attach a\nattach b\nattach c\n", &none));
	now.device[0].unconfirmed = true;
	now.device[1].unruled = true;
	snprintf(now.wrong, sizeof(now.wrong), "chain classify was modified");
	state_differences(&now, &groups, append_line, text);
	EXPECT_STREQ("device a rules: unconfirmed > confirmed;"
		     "device b rules: missing or modified > confirmed;"
		     "rules of groups: modified: chain classify was modified > as they were written;",
		     text);
	*text = '\0';
	state_differences(&now, &none, append_line, text);
	EXPECT_STREQ("group g: mode off, canary 100, 0 prefixes > ;", text);
	state_free(&now);
	state_free(&groups);
	state_free(&none);
}

static int note_step(void *context, const void *arg)
{
	strcat(context, arg);
	return *(const char *)arg == 'b' ? -1 : 0;
}

/* The last step first, and all of them, even if one fails */
TEST(undone)
{
	struct undo undo = { 0 };
	char told[8] = "";

	for (const char *const *step = (const char *const []){ "a", "b", "c", NULL }; *step;
	     step++) {
		ASSERT_EQ(0, undo_prepare(&undo));
		undo_add(&undo, note_step, *step);
	}
	EXPECT_EQ(-1, undo_all(&undo, told));
	EXPECT_STREQ("cba", told);
	undo_free(&undo);
}

TEST_HARNESS_MAIN
