// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each number that the module tells is shown in its own place, and each that is set is sent as
 * its own attribute: no two of them are the same here, in any byte that matters.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/config.h"
#include "client/event.h"
#include "client/family.h"
#include "client/flow_flush.h"
#include "client/group.h"
#include "cmd/flow.h"
#include "cmd/group.h"
#include "kernel_answers.h"

FIXTURE(shown)
{
	struct genl *genl;
};

FIXTURE_SETUP(shown)
{
	memset(&input, 0, sizeof(input));
	kernel_begin(NULL, 0);
	self->genl = calloc(1, sizeof(*self->genl));
	ASSERT_EQ(0, genl_open(self->genl));
}

FIXTURE_TEARDOWN(shown)
{
	free(self->genl);
}

/* The request that was begun last: what is in it is looked at once it was sent */
static const struct nlmsghdr *request;

struct nlmsghdr *__real_genl_request(struct genl *genl, __u8 cmd);
struct nlmsghdr *__wrap_genl_request(struct genl *genl, __u8 cmd)
{
	request = __real_genl_request(genl, cmd);
	return (struct nlmsghdr *)request;
}

static const struct nlattr *sent_attr(__u16 type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, request, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

static const struct {
	const char *word;
	__u16 attr;
	size_t offset;
} settings[] = {
	{ "machine-limit", TSREWRITE_A_CONFIG_MACHINE_LIMIT,
	  offsetof(struct config, machine_limit) },
	{ "limit", TSREWRITE_A_CONFIG_LIMIT, offsetof(struct config, limit) },
	{ "inbound-limit", TSREWRITE_A_CONFIG_INBOUND_LIMIT,
	  offsetof(struct config, inbound_limit) },
	{ "timeout-embryonic", TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC,
	  offsetof(struct config, timeout_embryonic) },
	{ "timeout-established", TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED,
	  offsetof(struct config, timeout_established) },
	{ "timeout-half-closed", TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED,
	  offsetof(struct config, timeout_half_closed) },
	{ "timeout-closing", TSREWRITE_A_CONFIG_TIMEOUT_CLOSING,
	  offsetof(struct config, timeout_closing) },
	{ "timeout-closed", TSREWRITE_A_CONFIG_TIMEOUT_CLOSED,
	  offsetof(struct config, timeout_closed) },
	{ "mark-mask", TSREWRITE_A_CONFIG_MARK_MASK, offsetof(struct config, mark_mask) },
	{ NULL, TSREWRITE_A_CONFIG_MACHINE_FLOWS, offsetof(struct config, machine_flows) },
	{ NULL, TSREWRITE_A_CONFIG_FLOWS, offsetof(struct config, flows) },
	{ NULL, TSREWRITE_A_CONFIG_INBOUND_FLOWS, offsetof(struct config, inbound_flows) },
	{ NULL, TSREWRITE_A_CONFIG_USER_LIMIT, offsetof(struct config, user_limit) },
	{ NULL, TSREWRITE_A_CONFIG_USER_FLOWS, offsetof(struct config, user_flows) },
	{ NULL, TSREWRITE_A_CONFIG_LABEL_BIT, offsetof(struct config, label_bit) },
};

#define SETTINGS (sizeof(settings) / sizeof(*settings))

static __u32 number_of(__u16 attr)
{
	return 0x01020304 * attr;
}

static __u32 number_at(const struct config *config, size_t offset)
{
	return *(const __u32 *)((const char *)config + offset);
}

static void put_config(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_CONFIG_GET);

	mnl_attr_put_strz(nlh, TSREWRITE_A_CONFIG_VERSION, "9");
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_WHEN_FULL, TSREWRITE_WHEN_FULL_PASS);
	for (size_t i = 0; i < SETTINGS; i++)
		mnl_attr_put_u32(nlh, settings[i].attr, number_of(settings[i].attr));
}

TEST_F(shown, each_setting_by_itself)
{
	struct config config;

	put_config();
	begin_answers();
	ASSERT_EQ(0, config_get(self->genl, &config));
	for (size_t i = 0; i < SETTINGS; i++) {
		EXPECT_EQ(number_of(settings[i].attr), number_at(&config, settings[i].offset)) {
			TH_LOG("attribute %u", settings[i].attr);
		}
	}
	EXPECT_EQ(TSREWRITE_WHEN_FULL_PASS, config.when_full);
}

TEST_F(shown, each_limit_beside_what_it_holds)
{
	const struct config config = {
		.present = ATTR_BIT(TSREWRITE_A_CONFIG_USER_LIMIT) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_USER_FLOWS),
		.flows = 11, .limit = 22, .inbound_flows = 33, .inbound_limit = 44,
		.machine_flows = 55, .machine_limit = 66, .user_flows = 77, .user_limit = 88,
	};
	char text[CONFIG_FLOWS];

	EXPECT_STREQ("11 of 22; half-open from outside 33 of 44; whole machine 55 of 66; "
		     "all of this user 77 of 88", config_format_flows(text, &config));
}

static const struct config_setting *setting_of(const char *word)
{
	const struct config_setting *setting = config_settings;

	while (setting->word && strcmp(setting->word, word))
		setting++;
	return setting->word ? setting : NULL;
}

TEST_F(shown, each_setting_is_sent_as_its_own)
{
	for (size_t i = 0; i < SETTINGS && settings[i].word; i++) {
		const struct config_setting *setting = setting_of(settings[i].word);
		bool mask = settings[i].attr == TSREWRITE_A_CONFIG_MARK_MASK;
		struct config config = { 0 };

		ASSERT_NE(NULL, setting);
		ASSERT_EQ(NULL, config_parse_value(setting, mask ? "0x4d" : "77", &config));
		EXPECT_EQ(77, number_at(&config, settings[i].offset));
		begin_answers();
		config_set(self->genl, &config);
		ASSERT_NE(NULL, sent_attr(settings[i].attr)) {
			TH_LOG("%s is not sent", settings[i].word);
		}
		EXPECT_EQ(77, mnl_attr_get_u32(sent_attr(settings[i].attr)));
		EXPECT_EQ(NLMSG_HDRLEN + GENL_HDRLEN + 8, request->nlmsg_len);
	}
}

TEST_F(shown, change_of_a_setting_from_before_to_now)
{
	const struct config before = {
		.present = ATTR_BIT(TSREWRITE_A_CONFIG_LIMIT), .limit = 1234,
	};
	const struct config now = { .limit = 5678 };
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	config_print_changes(to, &before, &now);
	fclose(to);
	EXPECT_STREQ(" limit 1234 -> 5678", text);
	free(text);
}

/* The first byte of a port is not the second one */
#define INSIDE_PORT 0x1234
#define OUTSIDE_PORT 0x5678

static void put_default_group(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_GROUP_GET);

	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_ID, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, "default");
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, TSREWRITE_MODE_OFF);
}

static void put_flow(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_FLOW_GET);

	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_INSIDE_ADDR, htonl(0x0a000102));
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_OUTSIDE_ADDR, htonl(0xc6336403));
	mnl_attr_put_u16(nlh, TSREWRITE_A_FLOW_INSIDE_PORT, htons(INSIDE_PORT));
	mnl_attr_put_u16(nlh, TSREWRITE_A_FLOW_OUTSIDE_PORT, htons(OUTSIDE_PORT));
	mnl_attr_put_u8(nlh, TSREWRITE_A_FLOW_ZONE, 3);
	mnl_attr_put_u16(nlh, TSREWRITE_A_FLOW_VLAN, 1027);
	mnl_attr_put_u16(nlh, TSREWRITE_A_FLOW_VLAN_INNER, 2054);
	mnl_attr_put_u8(nlh, TSREWRITE_A_FLOW_GROUP, 0);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_MODE, TSREWRITE_MODE_REWRITE);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_STATE, TSREWRITE_FLOW_HALF_CLOSED);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_OFFSET, 0x11223344);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_LAST, 0x55667788);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_IDLE, 7140);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_EXPIRES, 93600);
}

/* The list of flows by those words, which is to have one or none */
static json_t *list_flows(char **words)
{
	struct call call = { .name = "flows", .words = words, .json = true };
	json_t *list, *flow;
	int status;
	char *text;

	memset(&input, 0, sizeof(input));
	put_default_group();
	put_flow();
	begin_answers();
	text = printed_by(cmd_flows, &call, &status);
	list = json_loads(text, 0, NULL);
	free(text);
	flow = json_incref(json_array_get(list, 0));
	json_decref(list);
	return flow;
}

static json_int_t number_in(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

TEST_F(shown, each_number_of_a_flow_by_itself)
{
	json_t *flow = list_flows((char *[]){ NULL });

	EXPECT_STREQ("10.0.1.2", json_string_value(json_object_get(flow, "inside_addr")));
	EXPECT_STREQ("198.51.100.3", json_string_value(json_object_get(flow, "outside_addr")));
	EXPECT_EQ(INSIDE_PORT, number_in(flow, "inside_port"));
	EXPECT_EQ(OUTSIDE_PORT, number_in(flow, "outside_port"));
	EXPECT_EQ(3, number_in(flow, "zone"));
	EXPECT_EQ(1027, number_in(flow, "vlan"));
	EXPECT_EQ(2054, number_in(flow, "vlan_inner"));
	EXPECT_STREQ("rewrite", json_string_value(json_object_get(flow, "mode")));
	EXPECT_STREQ("half-closed", json_string_value(json_object_get(flow, "state")));
	EXPECT_EQ(0x11223344, number_in(flow, "offset"));
	EXPECT_EQ(0x55667788, number_in(flow, "last"));
	EXPECT_EQ(7140, number_in(flow, "idle"));
	EXPECT_EQ(93600, number_in(flow, "expires"));
	json_decref(flow);
}

TEST_F(shown, flows_by_what_they_match)
{
	static char *const matching[][3] = {
		{ "port", "4660" }, { "port", "22136" }, { "zone", "3" },
		{ "inside", "10.0.1.0/24" }, { "outside", "198.51.100.3:22136" },
		{ "state", "half-closed" }, { "mode", "rewrite" },
	};
	static char *const others[][3] = {
		{ "port", "13330" }, { "zone", "4" }, { "zone", "0" },
		{ "inside", "198.51.100.0/24" }, { "outside", "198.51.100.3:4660" },
		{ "state", "closed" }, { "mode", "strip" },
	};
	json_t *flow;

	for (int i = 0; i < 7; i++) {
		flow = list_flows((char **)matching[i]);
		EXPECT_NE(NULL, flow) {
			TH_LOG("%s %s matches", matching[i][0], matching[i][1]);
		}
		json_decref(flow);
		flow = list_flows((char **)others[i]);
		EXPECT_EQ(NULL, flow) {
			TH_LOG("%s %s does not match", others[i][0], others[i][1]);
		}
		json_decref(flow);
	}
}

/* As text, an age of nearly two hours is no hour */
TEST_F(shown, age_to_two_units)
{
	char *text, *words[] = { NULL };
	struct call call = { .name = "flows", .words = words };
	int status;

	put_default_group();
	put_flow();
	begin_answers();
	text = printed_by(cmd_flows, &call, &status);
	EXPECT_NE(NULL, strstr(text, "1h59m"));
	EXPECT_NE(NULL, strstr(text, "1d2h"));
	EXPECT_NE(NULL, strstr(text, "1027.2054"));
	free(text);
}

static __u16 port_in(__u16 type)
{
	const struct nlattr *attr = sent_attr(type);

	return attr ? ntohs(mnl_attr_get_u16(attr)) : 0;
}

TEST_F(shown, what_a_flush_asks_for_and_tells)
{
	struct filter filter = {
		.given = 1U << FILTER_OUTSIDE | 1U << FILTER_PORT | 1U << FILTER_ZONE,
		.outside = { AF_INET, 32, true, OUTSIDE_PORT, { 198, 51, 100, 3 } },
		.port = INSIDE_PORT, .zone = 3,
	};
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_FLOW_FLUSH);
	struct nlattr *nest = mnl_attr_nest_start(nlh, TSREWRITE_A_FLUSH_FLUSHED);
	struct flow_flushed flushed = { 0 };

	mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSHED_FLOWS, 4321);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSHED_BROKEN, 765);
	mnl_attr_nest_end(nlh, nest);
	begin_answers();
	flow_flush(self->genl, &filter, true, &flushed);
	EXPECT_EQ(OUTSIDE_PORT, port_in(TSREWRITE_A_FLUSH_OUTSIDE_PORT));
	EXPECT_EQ(NULL, sent_attr(TSREWRITE_A_FLUSH_INSIDE_PORT));
	EXPECT_EQ(NULL, sent_attr(TSREWRITE_A_FLUSH_INSIDE_ADDR));
	EXPECT_EQ(INSIDE_PORT, port_in(TSREWRITE_A_FLUSH_PORT));
	ASSERT_NE(NULL, sent_attr(TSREWRITE_A_FLUSH_ZONE));
	EXPECT_EQ(3, mnl_attr_get_u8(sent_attr(TSREWRITE_A_FLUSH_ZONE)));
	EXPECT_NE(NULL, sent_attr(TSREWRITE_A_FLUSH_FORCE));

	filter.given = 1U << FILTER_INSIDE;
	filter.inside = filter.outside;
	flow_flush(self->genl, &filter, false, &flushed);
	EXPECT_EQ(OUTSIDE_PORT, port_in(TSREWRITE_A_FLUSH_INSIDE_PORT));
	EXPECT_EQ(NULL, sent_attr(TSREWRITE_A_FLUSH_OUTSIDE_PORT));
	EXPECT_EQ(NULL, sent_attr(TSREWRITE_A_FLUSH_FORCE));
}

/* Each message of a flush says what was done so far: the last one counts */
TEST_F(shown, what_a_flush_has_done)
{
	static const struct filter all;
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_FLOW_FLUSH);
	struct nlattr *nest = mnl_attr_nest_start(nlh, TSREWRITE_A_FLUSH_FLUSHED);
	struct flow_flushed flushed = { 0 };

	mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSHED_FLOWS, 4321);
	mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSHED_BROKEN, 765);
	mnl_attr_nest_end(nlh, nest);
	begin_answers();
	ASSERT_EQ(0, flow_flush(self->genl, &all, true, &flushed));
	EXPECT_EQ(4321, flushed.flows);
	EXPECT_EQ(765, flushed.broken);
}

/* Of each arm and counter of a group */
static __u64 count_of(int arm, __u16 attr)
{
	return 1000000ULL * (arm + 1) + 101 * attr;
}

static void put_counted_group(void)
{
	static const __u16 arms[] = {
		TSREWRITE_A_GROUP_TREATED, TSREWRITE_A_GROUP_CONTROL,
		TSREWRITE_A_GROUP_UNTOUCHED,
	};
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	put_default_group();
	nlh = input.nlh;
	for (int arm = 0; arm < 3; arm++) {
		nest = mnl_attr_nest_start(nlh, arms[arm]);
		for (__u16 attr = TSREWRITE_A_GROUP_STATS_PAD + 1;
		     attr <= TSREWRITE_A_GROUP_STATS_MAX; attr++)
			mnl_attr_put_u64(nlh, attr, count_of(arm, attr));
		mnl_attr_nest_end(nlh, nest);
	}
}

TEST_F(shown, each_counter_of_a_group_by_itself)
{
	struct groups groups = { 0 };

	put_counted_group();
	begin_answers();
	ASSERT_EQ(0, groups_get(self->genl, &groups));
	for (__u16 attr = TSREWRITE_A_GROUP_STATS_PAD + 1; attr <= TSREWRITE_A_GROUP_STATS_MAX;
	     attr++) {
		EXPECT_EQ(count_of(0, attr), groups.group[0].treated.value[attr]);
		EXPECT_EQ(count_of(1, attr), groups.group[0].control.value[attr]);
		EXPECT_EQ(count_of(2, attr), groups.group[0].untouched.value[attr]);
	}
	free(groups.group);
}

/* Whether a line begins with that and has the counters of that arm, from @attempts on */
static bool has_row(const char *text, const char *connections, int arm, __u16 attempts)
{
	char wanted[64];
	const char *row;

	snprintf(wanted, sizeof(wanted), "  %s ", connections);
	row = strstr(text, wanted);
	snprintf(wanted, sizeof(wanted), " %llu ",
		 (unsigned long long)count_of(arm, attempts));
	return row && strstr(row, wanted) && strstr(row, wanted) < strchr(row, '\n');
}

TEST_F(shown, each_arm_of_a_group_in_its_row)
{
	char *text, *words[] = { NULL };
	struct call call = { .name = "group", .words = words };
	int status;

	put_config();
	put_counted_group();
	add_answer(KERNEL_NFT + NFT_MSG_GETGEN, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN,
		   sizeof(struct nfgenmsg));
	mnl_attr_put_u32(input.nlh, NFTA_GEN_ID, htonl(1));
	begin_answers();
	text = printed_by(cmd_group, &call, &status);
	EXPECT_TRUE(has_row(text, "treated", 0, TSREWRITE_A_GROUP_STATS_ATTEMPTS));
	EXPECT_TRUE(has_row(text, "control", 1, TSREWRITE_A_GROUP_STATS_ATTEMPTS));
	EXPECT_TRUE(has_row(text, "untouched", 2, TSREWRITE_A_GROUP_STATS_ATTEMPTS));
	EXPECT_TRUE(has_row(text, "treated, inbound", 0,
			    TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS));
	EXPECT_TRUE(has_row(text, "control, inbound", 1,
			    TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS));
	EXPECT_TRUE(has_row(text, "untouched, inbound", 2,
			    TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS));
	free(text);
}

TEST_HARNESS_MAIN
