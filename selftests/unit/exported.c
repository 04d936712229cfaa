// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is exported and what is alarmed of: each number under its own name and with the type
 * that it has, each limit by itself, and how heavy each reason weighs.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/family.h"
#include "cmd/health_judge.h"
#include "cmd/metrics.h"
#include "cmd/status_alarms.h"
#include "kernel_answers.h"
#include "text/format.h"

FIXTURE(exported)
{
	struct genl *genl;
};

FIXTURE_SETUP(exported)
{
	memset(&input, 0, sizeof(input));
	kernel_begin(NULL, 0);
	self->genl = calloc(1, sizeof(*self->genl));
	ASSERT_EQ(0, genl_open(self->genl));
}

FIXTURE_TEARDOWN(exported)
{
	free(self->genl);
}

static void put_settings(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_CONFIG_GET);

	mnl_attr_put_strz(nlh, TSREWRITE_A_CONFIG_VERSION, "9");
	for (__u16 attr = TSREWRITE_A_CONFIG_VERSION + 1; attr <= TSREWRITE_A_CONFIG_MAX; attr++)
		mnl_attr_put_u32(nlh, attr, 70000 + 111 * attr);
}

static void put_counters(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_STATS_GET);

	for (__u16 attr = TSREWRITE_A_STATS_PAD + 1; attr <= TSREWRITE_A_STATS_MAX; attr++)
		mnl_attr_put_u64(nlh, attr, 0x100000000ULL + 1117 * attr);
}

static void put_group(__u32 mode, bool tripped)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_GROUP_GET);
	struct nlattr *nest;
	int arm = 0;

	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_ID, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, "default");
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, mode);
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY, 5);
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_TRIPPED, tripped);
	for (__u16 type = 1; type <= TSREWRITE_A_GROUP_MAX; type++) {
		if (type != TSREWRITE_A_GROUP_TREATED && type != TSREWRITE_A_GROUP_CONTROL &&
		    type != TSREWRITE_A_GROUP_UNTOUCHED)
			continue;
		nest = mnl_attr_nest_start(nlh, type);
		for (__u16 attr = TSREWRITE_A_GROUP_STATS_PAD + 1;
		     attr <= TSREWRITE_A_GROUP_STATS_MAX; attr++)
			mnl_attr_put_u64(nlh, attr, 1000000 * (type + 1) + 101 * attr);
		mnl_attr_nest_end(nlh, nest);
		arm++;
	}
}

static void put_key(void)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_KEY_GET);

	mnl_attr_put_u64(nlh, TSREWRITE_A_KEY_FINGERPRINT, 0x123456789abcdef);
	mnl_attr_put_u8(nlh, TSREWRITE_A_KEY_LOADED, 1);
	mnl_attr_put_u64(nlh, TSREWRITE_A_KEY_TIME, 1);
}

/* All metrics, as text */
static char *export_all(void)
{
	char *text, *words[] = { NULL };
	struct call call = { .name = "metrics", .words = words };
	int status;

	put_settings();
	put_counters();
	put_group(TSREWRITE_MODE_REWRITE, false);
	put_key();
	begin_answers();
	text = printed_by(cmd_metrics, &call, &status);
	return text;
}

static bool has_line(const char *text, const char *format, ...)
{
	char line[512] = "\n";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 1, sizeof(line) - 2, format, args);
	va_end(args);
	strcat(line, "\n");
	return strstr(text, line);
}

static unsigned int setting_of(__u16 attr)
{
	return 70000 + 111 * attr;
}

static unsigned long long counter_of(__u16 attr)
{
	return 0x100000000ULL + 1117 * attr;
}

TEST_F(exported, flows_and_limits_by_themselves)
{
	static const struct {
		const char *name;
		__u16 attr;
	} wanted[] = {
		{ "flows{scope=\"machine\"}", TSREWRITE_A_CONFIG_MACHINE_FLOWS },
		{ "flows{scope=\"namespace\"}", TSREWRITE_A_CONFIG_FLOWS },
		{ "flows{scope=\"user\"}", TSREWRITE_A_CONFIG_USER_FLOWS },
		{ "flows_limit{scope=\"machine\"}", TSREWRITE_A_CONFIG_MACHINE_LIMIT },
		{ "flows_limit{scope=\"namespace\"}", TSREWRITE_A_CONFIG_LIMIT },
		{ "flows_limit{scope=\"user\"}", TSREWRITE_A_CONFIG_USER_LIMIT },
		{ "inbound_flows", TSREWRITE_A_CONFIG_INBOUND_FLOWS },
		{ "inbound_flows_limit", TSREWRITE_A_CONFIG_INBOUND_LIMIT },
	};
	char *text = export_all();

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		EXPECT_TRUE(has_line(text, "tsrewrite_%s %u", wanted[i].name,
				     setting_of(wanted[i].attr))) {
			TH_LOG("%s", wanted[i].name);
		}
	}
	free(text);
}

TEST_F(exported, echoes_by_their_result)
{
	char *text = export_all();

	EXPECT_TRUE(has_line(text, "tsrewrite_echoes_total{result=\"verified\"} %llu",
			     counter_of(TSREWRITE_A_STATS_ECHO_VERIFIED)));
	EXPECT_TRUE(has_line(text, "tsrewrite_echoes_total{result=\"future\"} %llu",
			     counter_of(TSREWRITE_A_STATS_ECHO_FUTURE)));
	EXPECT_TRUE(has_line(text, "tsrewrite_echoes_total{result=\"past\"} %llu",
			     counter_of(TSREWRITE_A_STATS_ECHO_PAST)));
	free(text);
}

/* What Prometheus's text format knows, and no more */
TEST_F(exported, types)
{
	static const char *const wanted[] = {
		"up gauge", "build_info gauge", "packets_total counter", "echoes_total counter",
		"flow_events_total counter", "flows gauge", "flows_limit gauge",
		"inbound_flows gauge", "device_connections gauge", "group_mode gauge",
		"group_canary_ratio gauge", "group_connections_total counter",
		"group_echoes_total counter",
	};
	char *text = export_all();

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		EXPECT_TRUE(has_line(text, "# TYPE tsrewrite_%s", wanted[i])) {
			TH_LOG("%s", wanted[i]);
		}
	}
	EXPECT_EQ(NULL, strstr(text, " info\n"));
	free(text);
}

TEST_F(exported, fingerprint_of_the_key)
{
	char *text = export_all();

	EXPECT_TRUE(has_line(text, "tsrewrite_key_info{"
				   "fingerprint=\"0123456789abcdef\",origin=\"loaded\"} 1"));
	free(text);
}

TEST_F(exported, share_that_is_treated)
{
	char *text = export_all();

	EXPECT_TRUE(has_line(text, "tsrewrite_group_canary_ratio{group=\"default\"} 0.05"));
	free(text);
}

static unsigned long long count_of(__u16 arm, __u16 attr)
{
	return 1000000ULL * (arm + 1) + 101 * attr;
}

#define CONNECTIONS "tsrewrite_group_connections_total{group=\"default\",arm=\"%s\"," \
	"origin=\"%s\",outcome=\"%s\"} %llu"

TEST_F(exported, connections_of_a_group_by_arm_and_origin)
{
	static const struct {
		const char *arm;
		__u16 attr;
	} arms[] = {
		{ "treated", TSREWRITE_A_GROUP_TREATED },
		{ "control", TSREWRITE_A_GROUP_CONTROL },
		{ "untouched", TSREWRITE_A_GROUP_UNTOUCHED },
	};
	char *text = export_all();

	for (int i = 0; i < 3; i++) {
		__u64 refused = count_of(arms[i].attr, TSREWRITE_A_GROUP_STATS_REFUSED_BY_US);
		__u64 attempts = count_of(arms[i].attr, TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS);

		EXPECT_TRUE(has_line(text, CONNECTIONS, arms[i].arm, "inside", "refused_by_us",
				     refused));
		EXPECT_TRUE(has_line(text, CONNECTIONS, arms[i].arm, "outside", "attempts",
				     attempts));
	}
	free(text);
}

/* Alarms */

static struct group rewriting = { .name = "default", .mode = TSREWRITE_MODE_REWRITE };

static struct status usual_status(void)
{
	return (struct status){
		.config = {
			.present = ATTR_BIT(TSREWRITE_A_CONFIG_USER_LIMIT) |
				   ATTR_BIT(TSREWRITE_A_CONFIG_USER_FLOWS),
			.limit = 2000, .flows = 17, .inbound_limit = 300, .inbound_flows = 4,
			.machine_limit = 70000, .machine_flows = 58,
			.user_limit = 9000, .user_flows = 33,
		},
		.groups = { .group = &rewriting, .count = 1 },
	};
}

/* Whether it is alarmed of something that has this in it */
static bool is_alarmed(struct genl *genl, struct status *status, const char *text)
{
	const json_t *alarm;
	bool found = false;
	size_t i;

	kernel_begin(NULL, 0);
	status->alarms = json_array();
	status_find_alarms(genl, status);
	json_array_foreach(status->alarms, i, alarm)
		found |= !!strstr(json_string_value(alarm), text);
	json_decref(status->alarms);
	return found;
}

TEST_F(exported, no_room_by_each_limit)
{
	struct status status = usual_status();
	const struct {
		__u32 *flows;
		__u32 few, enough;
		const char *text;
	} limits[] = {
		{ &status.config.flows, 1749, 1750, "too many flows" },
		{ &status.config.flows, 1999, 2000, "table full" },
		{ &status.config.machine_flows, 61249, 61250, "too many flows" },
		{ &status.config.machine_flows, 69999, 70000, "table full" },
		{ &status.config.user_flows, 7874, 7875, "too many flows" },
		{ &status.config.user_flows, 8999, 9000, "table full" },
		{ &status.config.inbound_flows, 299, 300, "too many flows" },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		__u32 usual = *limits[i].flows;

		*limits[i].flows = limits[i].few;
		EXPECT_FALSE(is_alarmed(self->genl, &status, limits[i].text)) {
			TH_LOG("limit %zu", i);
		}
		*limits[i].flows = limits[i].enough;
		EXPECT_TRUE(is_alarmed(self->genl, &status, limits[i].text)) {
			TH_LOG("limit %zu", i);
		}
		*limits[i].flows = usual;
	}
}

TEST_F(exported, what_becomes_of_connections_without_room)
{
	struct status status = usual_status();

	status.config.flows = 2000;
	status.config.when_full = TSREWRITE_WHEN_FULL_STRIP;
	EXPECT_TRUE(is_alarmed(self->genl, &status, "new connections lose their TSopt"));
	EXPECT_FALSE(is_alarmed(self->genl, &status, "pass untouched"));
	status.config.when_full = TSREWRITE_WHEN_FULL_PASS;
	EXPECT_TRUE(is_alarmed(self->genl, &status, "new connections pass untouched"));
	EXPECT_FALSE(is_alarmed(self->genl, &status, "lose their TSopt"));
}

/* What mode bug lets in is no echo that a peer has got wrong */
TEST_F(exported, impossible_echoes_beside_those_of_mode_bug)
{
	struct status status = usual_status();
	__u64 *impossible = (__u64 *)&status.stats.value[TSREWRITE_A_STATS_ECHO_IMPOSSIBLE];

	*impossible = 47;
	EXPECT_TRUE(is_alarmed(self->genl, &status, "47 impossible echoes"));
	status.stats.value[TSREWRITE_A_STATS_INGRESS_UNRESTORED] = 12;
	EXPECT_TRUE(is_alarmed(self->genl, &status, "35 impossible echoes"));
	EXPECT_TRUE(is_alarmed(self->genl, &status, "12 segments were let in"));
	status.stats.value[TSREWRITE_A_STATS_INGRESS_UNRESTORED] = 47;
	EXPECT_FALSE(is_alarmed(self->genl, &status, "impossible echo"));
}

/* Health */

static void answer_as_service(const char *verdict, const char *state, int seconds)
{
	char time_text[FORMAT_SIZE];
	size_t len;
	__u8 *record;

	end_message();
	record = input.data + input.size;
	format_time(time_text, (uint64_t)(time(NULL) - seconds) * 1000000000);
	len = (size_t)sprintf((char *)record + KERNEL_RECORD,
			      "{\"time\": \"%s\", \"incidents\": [{\"group\": \"default\", \"verdict\": \"%s\", \"state\": \"%s\", \"title\": \"t\"}]}",
			      time_text, verdict, state);
	record[0] = KERNEL_WATCH;
	record[1] = 0;
	record[2] = len & 0xff;
	record[3] = len >> 8;
	input.size += KERNEL_RECORD + len;
}

static enum health health_of(struct genl *genl, const char *verdict, const char *state,
			     int seconds, bool tripped)
{
	struct health_report report;
	enum health health;

	memset(&input, 0, sizeof(input));
	put_group(TSREWRITE_MODE_OFF, tripped);
	answer_as_service(verdict, state, seconds);
	begin_answers();
	health_begin(&report);
	health_judge(genl, &report);
	health = report.health;
	health_end(&report);
	return health;
}

TEST_F(exported, only_what_is_ours_fails)
{
	EXPECT_EQ(HEALTH_FAILING, health_of(self->genl, "ours", "open", 0, false));
	EXPECT_EQ(HEALTH_DEGRADED, health_of(self->genl, "far_end", "open", 0, false));
	EXPECT_EQ(HEALTH_DEGRADED, health_of(self->genl, "unclear", "open", 0, false));
}

/* Connections of a group that was tripped work */
TEST_F(exported, what_was_tripped_does_not_fail)
{
	EXPECT_EQ(HEALTH_DEGRADED, health_of(self->genl, "ours", "tripped", 0, false));
	EXPECT_EQ(HEALTH_DEGRADED, health_of(self->genl, "ours", "open", 0, true));
}

TEST_F(exported, worst_reason_counts_whatever_comes_last)
{
	struct health_report report;

	health_begin(&report);
	health_add(&report, HEALTH_FAILING, "first");
	health_add(&report, HEALTH_UNKNOWN, "second");
	health_add(&report, HEALTH_DEGRADED, "third");
	EXPECT_EQ(HEALTH_FAILING, report.health);
	EXPECT_EQ(3, json_array_size(report.reasons));
	health_end(&report);
}

TEST_F(exported, service_that_hangs)
{
	struct health_report report;

	for (int hangs = 0; hangs < 2; hangs++) {
		memset(&input, 0, sizeof(input));
		put_group(TSREWRITE_MODE_OFF, false);
		answer_as_service("far_end", "open", hangs ? 60 : 0);
		begin_answers();
		health_begin(&report);
		health_judge(self->genl, &report);
		EXPECT_EQ(1 + hangs, json_array_size(report.reasons));
		health_end(&report);
	}
}

TEST_HARNESS_MAIN
