// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel answers is not believed where it would be read wrongly: numbers for flags,
 * lists without their first entry, deep stacks of devices, and maps of nftables that another
 * program made.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/rule.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "../fuzz/kernel.h"
#include "classifier/note.h"
#include "classifier/read.h"
#include "client/device.h"
#include "client/family.h"
#include "client/group.h"
#include "client/link.h"
#include "client/session.h"
#include "cmd/device.h"
#include "cmd/group.h"
#include "text/report.h"
#include "kernel_answers.h"

#define MASK 0xff000000

static struct nlmsghdr *nft_answers(__u8 request, __u8 type)
{
	struct nlmsghdr *nlh = add_answer(KERNEL_NFT + request, NFNL_SUBSYS_NFTABLES << 8 | type,
				      sizeof(struct nfgenmsg));

	((struct nfgenmsg *)mnl_nlmsg_get_payload(nlh))->nfgen_family = NFPROTO_NETDEV;
	return nlh;
}

FIXTURE(answers)
{
	struct genl *genl;
};

FIXTURE_SETUP(answers)
{
	memset(&input, 0, sizeof(input));
	kernel_begin(NULL, 0);
	self->genl = calloc(1, sizeof(*self->genl));
	ASSERT_EQ(0, genl_open(self->genl));
}

FIXTURE_TEARDOWN(answers)
{
	free(self->genl);
}

static struct nlmsghdr *put_group(__u8 id, const char *name)
{
	struct nlmsghdr *nlh = module_answers(TSREWRITE_CMD_GROUP_GET);

	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_ID, id);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, name);
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, 0);
	return nlh;
}

/* A bool that is neither 0 nor 1 is undefined to C */
TEST_F(answers, any_number_but_zero_is_true)
{
	struct nlmsghdr *nlh = put_group(0, "default");
	struct groups groups = { 0 };

	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_TRIPPED, 2);
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_COUNT, 0xfe);
	begin_answers();
	ASSERT_EQ(0, groups_get(self->genl, &groups));
	EXPECT_EQ(true, groups.group[0].tripped);
	EXPECT_EQ(true, groups.group[0].count);
	free(groups.group);
}

TEST_F(answers, groups_without_the_default_one_are_refused)
{
	struct groups groups = { 0 };

	begin_answers();
	EXPECT_EQ(-1, groups_get(self->genl, &groups));
	put_group(1, "a");
	begin_answers();
	EXPECT_EQ(-1, groups_get(self->genl, &groups));
	EXPECT_STREQ("the module does not list the default group first",
		     self->genl->error.text);
	EXPECT_EQ(NULL, groups.group);
}

/* libmnl takes such a length for a negative one, and goes on that far before the message */
TEST_F(answers, message_of_four_gigabytes)
{
	struct nlmsghdr *nlh = add_answer(KERNEL_LINK, NLMSG_NOOP, sizeof(struct ifinfomsg));
	struct links links;
	__u8 *record = input.data;

	end_message();
	record[1] = KERNEL_RAW;
	nlh->nlmsg_seq = 1;
	nlh->nlmsg_pid = 1;
	nlh->nlmsg_len = 0xf0000000;
	begin_answers();
	EXPECT_EQ(-1, links_get(&links));
	EXPECT_EQ(EBADMSG, errno);
	EXPECT_EQ(NULL, links.link);
}

/* A device may be called anything but blanks, "/" and ":": whoever names it commands no terminal */
TEST_F(answers, name_that_a_terminal_would_obey)
{
	char *text, *words[] = { "eth0", NULL };
	struct call call = { .name = "detach", .words = words, .force = true };
	struct nlmsghdr *nlh;
	int status;

	put_group(0, "default");
	nlh = module_answers(TSREWRITE_CMD_DEVICE_DETACH);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "\033]0;x\007");
	mnl_attr_put_u32(nlh, TSREWRITE_A_DEVICE_FLOWS, 1);
	begin_answers();
	text = printed_by(cmd_detach, &call, &status);
	EXPECT_STREQ("detached \\x1b]0;x\\x07: 1 rewritten connection breaks\n", text);
	free(text);
}

/* That it refuses this is the module's affair; that nothing follows is not */
TEST_F(answers, default_group_that_the_module_removes)
{
	char *text, *words[] = { "del", "default", NULL };
	struct call call = { .name = "group", .words = words };
	int status;

	put_group(0, "default");
	begin_answers();
	text = printed_by(cmd_group, &call, &status);
	EXPECT_EQ(EXIT_REFUSED, status);
	EXPECT_STREQ("", text);
	free(text);
}

#define LINKS 2000

/* Each is below the one before it */
static void *mark_deep_stack(void *arg)
{
	struct links *links = arg;

	for (size_t i = 0; i < LINKS; i++) {
		links->link[i].present = ATTR_BIT(IFLA_LINK);
		links->link[i].ifindex = (__u32)i + 1;
		links->link[i].parent = (__u32)i + 2;
	}
	links->count = LINKS;
	links_mark_below(links, 1);
	return NULL;
}

/* Tunnels in tunnels: nothing limits their number but the namespace's owner */
TEST(deep_stack_of_devices)
{
	struct links links = { calloc(LINKS, sizeof(*links.link)), 0 };
	pthread_attr_t small;
	pthread_t thread;

	ASSERT_NE(NULL, links.link);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	ASSERT_EQ(0, pthread_create(&thread, &small, mark_deep_stack, &links));
	pthread_join(thread, NULL);
	EXPECT_FALSE(links.link[0].below);
	for (size_t i = 1; i < LINKS; i++)
		EXPECT_TRUE(links.link[i].below);
	free(links.link);
}

static struct class_note note_in(const void *data, __u32 len)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct class_note note;

	nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA, data, len);
	class_note_read(rule, &note);
	nftnl_rule_free(rule);
	return note;
}

#define NOTE "port-7: 1 prefixes, sum 0000000a"

/* The kernel keeps what any program calls the data of a rule, and does not look into it */
TEST(comment_that_says_it_is_longer_than_it_is)
{
	char data[2 + sizeof(NOTE)] = { 0, sizeof(NOTE) };
	char cut[] = { 1, 0, 0 }, far[] = { 0, (char)0xff, 'p', 'o' };
	struct class_note note;

	memcpy(data + 2, NOTE, sizeof(NOTE));
	note = note_in(data, sizeof(data));
	EXPECT_TRUE(note.known);
	EXPECT_EQ(7, note.map);
	EXPECT_EQ(10, note.fingerprint);
	EXPECT_FALSE(note_in(data, sizeof(data) - 1).known);
	EXPECT_FALSE(note_in(cut, sizeof(cut)).known);
	EXPECT_FALSE(note_in(far, sizeof(far)).known);
	EXPECT_FALSE(note_in(data, 1).known);
}

static void put_chain(const char *name)
{
	struct nlmsghdr *nlh = nft_answers(NFT_MSG_GETCHAIN, NFT_MSG_NEWCHAIN);

	mnl_attr_put_strz(nlh, NFTA_CHAIN_TABLE, CLASSIFIER_TABLE);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_NAME, name);
}

/* The table, with its chain classify and without rules */
static void put_table(void)
{
	mnl_attr_put_u32(nft_answers(NFT_MSG_GETGEN, NFT_MSG_NEWGEN), NFTA_GEN_ID, htonl(1));
	mnl_attr_put_strz(nft_answers(NFT_MSG_GETTABLE, NFT_MSG_NEWTABLE), NFTA_TABLE_NAME,
			  CLASSIFIER_TABLE);
	put_chain("classify");
}

static struct nlmsghdr *next_message(__u16 type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_get_payload_tail(input.nlh);

	nlh = mnl_nlmsg_put_header(nlh);
	nlh->nlmsg_type = type;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct nfgenmsg));
	input.nlh = nlh;
	return nlh;
}

static void put_map(struct nlmsghdr *nlh, const char *name, __u32 key_len)
{
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, CLASSIFIER_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_NAME, name);
	mnl_attr_put_u32(nlh, NFTA_SET_FLAGS, htonl(NFT_SET_MAP | NFT_SET_INTERVAL));
	mnl_attr_put_u32(nlh, NFTA_SET_KEY_LEN, htonl(key_len));
}

static void put_maps(__u32 ports, __u32 ip, __u32 ip6)
{
	const __u16 type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSET;

	put_map(nft_answers(NFT_MSG_GETSET, NFT_MSG_NEWSET), "ports", ports);
	put_map(next_message(type), "ip-0", ip);
	put_map(next_message(type), "ip6-0", ip6);
}

/* Elements that all have that key, and lead to @chain by @verdict */
static void put_elements(const void *key, size_t len, unsigned int count, int verdict,
			 const char *chain)
{
	struct nlmsghdr *nlh = nft_answers(NFT_MSG_GETSETELEM, NFT_MSG_NEWSETELEM);
	struct nlattr *list, *element, *data, *inner;

	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, CLASSIFIER_TABLE);
	list = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_LIST_ELEMENTS);
	while (count--) {
		element = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
		data = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_KEY);
		mnl_attr_put(nlh, NFTA_DATA_VALUE, len, key);
		mnl_attr_nest_end(nlh, data);
		data = mnl_attr_nest_start(nlh, NFTA_SET_ELEM_DATA);
		inner = mnl_attr_nest_start(nlh, NFTA_DATA_VERDICT);
		mnl_attr_put_u32(nlh, NFTA_VERDICT_CODE, htonl((__u32)verdict));
		mnl_attr_put_strz(nlh, NFTA_VERDICT_CHAIN, chain);
		mnl_attr_nest_end(nlh, inner);
		mnl_attr_nest_end(nlh, data);
		mnl_attr_nest_end(nlh, element);
	}
	mnl_attr_nest_end(nlh, list);
}

static void put_no_elements(void)
{
	struct nlmsghdr *nlh = nft_answers(NFT_MSG_GETSETELEM, NFT_MSG_NEWSETELEM);

	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, CLASSIFIER_TABLE);
}

/* Of longer keys only a part would be compared, and ranges would end before they begin */
TEST_F(answers, map_whose_keys_are_no_addresses)
{
	const __u8 key[16] = { 10, 0, 0, 1, 1 };
	struct classifier classifier;

	put_table();
	put_maps(2, 16, 4);
	put_no_elements();
	put_elements(key, sizeof(key), 1, NFT_GOTO, "group-1");
	begin_answers();
	ASSERT_EQ(0, classifier_read(&classifier, MASK));
	EXPECT_STREQ("map ip-0 was modified", classifier.wrong);
	EXPECT_EQ(0, classifier.classes.count);
	classifier_free(&classifier);
}

TEST_F(answers, map_whose_keys_are_no_ports)
{
	const __u8 key[4] = { 0, 80, 0, 1 };
	struct classifier classifier;

	put_table();
	put_maps(4, 4, 16);
	put_elements(key, sizeof(key), 2, NFT_JUMP, "port-80");
	put_no_elements();
	begin_answers();
	ASSERT_EQ(0, classifier_read(&classifier, MASK));
	EXPECT_STREQ("map ports was modified", classifier.wrong);
	EXPECT_EQ(0, classifier.classes.maps);
	classifier_free(&classifier);
}

/* To list such a range would take an hour, or for ever if it is one of IPv6 */
TEST_F(answers, range_that_ends_before_it_begins)
{
	const __u8 key[4] = { 10, 0, 0, 1 };
	struct classifier classifier;

	put_table();
	put_maps(2, 4, 16);
	put_no_elements();
	put_elements(key, sizeof(key), 2, NFT_GOTO, "group-1");
	put_no_elements();
	begin_answers();
	ASSERT_EQ(0, classifier_read(&classifier, MASK));
	EXPECT_STREQ("invalid element in map ip-0", classifier.wrong);
	for (size_t i = 0; i < classifier.classes.count; i++) {
		const struct range *range = &classifier.classes.class[i].range;

		EXPECT_GE(0, memcmp(range->first, range->last, sizeof(range->first)));
	}
	classifier_free(&classifier);
}

TEST_F(answers, ports_that_end_before_they_begin)
{
	const __u8 key[2] = { 0, 80 };
	struct classifier classifier;

	put_table();
	put_maps(2, 4, 16);
	put_elements(key, sizeof(key), 2, NFT_JUMP, "port-80");
	put_no_elements();
	put_no_elements();
	begin_answers();
	ASSERT_EQ(0, classifier_read(&classifier, MASK));
	EXPECT_STREQ("invalid element in map ports", classifier.wrong);
	for (size_t i = 0; i < classifier.classes.maps; i++) {
		const struct ports *ports = &classifier.classes.ports[i];

		for (size_t j = 0; j < ports->count; j++)
			EXPECT_LE(ports->range[j].first, ports->range[j].last);
	}
	classifier_free(&classifier);
}

TEST_HARNESS_MAIN
