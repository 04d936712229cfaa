// SPDX-License-Identifier: GPL-2.0-only
#include "key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

static const struct attr_field fields[] = {
	[TSREWRITE_A_KEY_FINGERPRINT] = ATTR_FIELD(ATTR_U64, "fingerprint", key, fingerprint),
	[TSREWRITE_A_KEY_LOADED] = ATTR_FIELD(ATTR_BOOL, "loaded", key, loaded),
	[TSREWRITE_A_KEY_TIME] = ATTR_FIELD(ATTR_U64, "time", key, time),
	[TSREWRITE_A_KEY_BEFORE] = ATTR_FIELD(ATTR_U64, "before", key, before),
};

const struct attr_table key_table = {
	"key", fields, TSREWRITE_A_KEY_MAX,
	ATTR_BIT(TSREWRITE_A_KEY_FINGERPRINT) | ATTR_BIT(TSREWRITE_A_KEY_LOADED) |
		ATTR_BIT(TSREWRITE_A_KEY_TIME),
};

char *key_format_fingerprint(char out[FORMAT_SIZE], uint64_t fingerprint)
{
	snprintf(out, FORMAT_SIZE, "%016llx", (unsigned long long)fingerprint);
	return out;
}

static int key_row(struct genl *genl, struct attrs attrs, void *key)
{
	return genl_decode(genl, &key_table, attrs, key);
}

int key_get(struct genl *genl, struct key *key)
{
	memset(key, 0, sizeof(*key));
	genl_request(genl, TSREWRITE_CMD_KEY_GET);
	if (genl_do(genl, key_row, key) < 0)
		return genl->error.code == EOPNOTSUPP ? 0 : -1;
	if (key->present)
		return 0;
	return genl_fail(genl, 0, "the module's answer is empty");
}

int key_set(struct genl *genl, const uint8_t secret[KEY_SIZE])
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_KEY_SET);
	int ret;

	mnl_attr_put(nlh, TSREWRITE_A_KEY_SECRET, KEY_SIZE, secret);
	ret = genl_do(genl, NULL, NULL);
	explicit_bzero(genl->request, sizeof(genl->request));
	return ret;
}
