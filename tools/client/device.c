// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/tsrewrite.h>

static const struct attr_field fields[] = {
	[TSREWRITE_A_DEVICE_NAME] =
		ATTR_FIELD(ATTR_STRING, "name", device, name),
	[TSREWRITE_A_DEVICE_IFINDEX] =
		ATTR_FIELD(ATTR_U32, "ifindex", device, ifindex),
	[TSREWRITE_A_DEVICE_ZONE] = ATTR_FIELD(ATTR_U8, "zone", device, zone),
	[TSREWRITE_A_DEVICE_FLOWS] =
		ATTR_FIELD(ATTR_U32, "flows", device, flows),
	[TSREWRITE_A_DEVICE_DRAIN] =
		ATTR_FIELD(ATTR_U8, "drain", device, drain),
	[TSREWRITE_A_DEVICE_CONFIRMED] =
		ATTR_FIELD(ATTR_U8, "confirmed", device, confirmed),
	[TSREWRITE_A_DEVICE_UNANSWERED] =
		ATTR_FIELD(ATTR_U8, "unanswered", device, unanswered),
	[TSREWRITE_A_DEVICE_UNREAD] =
		ATTR_FIELD(ATTR_U16, "unread", device, unread),
	[TSREWRITE_A_DEVICE_ABSENT] = { .kind = ATTR_NONE },
	[TSREWRITE_A_DEVICE_ID] = ATTR_FIELD(ATTR_U8, "id", device, id),
};

const struct attr_table device_table = {
	"device", fields, TSREWRITE_A_DEVICE_MAX,
	ATTR_BIT(TSREWRITE_A_DEVICE_NAME) | ATTR_BIT(TSREWRITE_A_DEVICE_ZONE) |
	ATTR_BIT(TSREWRITE_A_DEVICE_FLOWS) | ATTR_BIT(TSREWRITE_A_DEVICE_DRAIN) |
	ATTR_BIT(TSREWRITE_A_DEVICE_CONFIRMED),
};

const struct attr_table device_named_table = {
	"device", fields, TSREWRITE_A_DEVICE_MAX,
	ATTR_BIT(TSREWRITE_A_DEVICE_NAME),
};

int devices_get(struct genl *genl, struct devices *devices)
{
	return genl_collect(genl, TSREWRITE_CMD_DEVICE_GET, &device_table,
			    sizeof(*devices->device),
			    (void **)&devices->device, &devices->count);
}

const struct device *devices_find(const struct devices *devices,
				  const char *name)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (!strcmp(devices->device[i].name, name))
			return &devices->device[i];
	}
	return NULL;
}

const char *device_unanswered(const struct device *device)
{
	switch (device->unanswered) {
	case 0:
		return NULL;
	case DEVICE_IPV4:
		return "IPv4";
	case DEVICE_IPV6:
		return "IPv6";
	default:
		return "IPv4 and IPv6";
	}
}

const char *device_unread(const struct device *device, char *out, size_t size)
{
	static const struct {
		uint16_t ethertype;
		const char *name;
	} known[] = {
		{ ETH_P_8021Q, "three-tagged VLAN" },
		{ ETH_P_8021AD, "three-tagged VLAN" },
		{ ETH_P_PPP_SES, "PPPoE" }, { ETH_P_MPLS_UC, "MPLS" },
		{ ETH_P_MPLS_MC, "MPLS" }, { ETH_P_MACSEC, "MACsec" },
		{ ETH_P_8021AH, "802.1ah" }, { ETH_P_HSR, "HSR" },
		{ ETH_P_BATMAN, "batman-adv" }, { ETH_P_NSH, "NSH" },
	};

	if (!attr_present(device, TSREWRITE_A_DEVICE_UNREAD))
		return NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].ethertype == device->unread)
			return known[i].name;
	}
	snprintf(out, size, "EtherType 0x%04x", device->unread);
	return out;
}

/* An alternative name that is the name of an attachment is another device's */
bool device_is_refused(const struct device *device)
{
	uint32_t ifindex = attr_present(device, TSREWRITE_A_DEVICE_IFINDEX) ?
			   0 : if_nametoindex(device->name);
	char real[IF_NAMESIZE];

	return ifindex && if_indextoname(ifindex, real) && !strcmp(real, device->name);
}

static const struct device *find_ifindex(const struct devices *devices, uint32_t ifindex)
{
	for (size_t i = 0; ifindex && i < devices->count; i++) {
		if (devices->device[i].ifindex == ifindex)
			return &devices->device[i];
	}
	return NULL;
}

int device_get(struct genl *genl, const char *name, struct device *device)
{
	struct devices devices = { 0 };
	const struct device *found;

	if (devices_get(genl, &devices) < 0)
		return -1;
	found = devices_find(&devices, name);
	if (!found)
		found = find_ifindex(&devices, if_nametoindex(name));
	if (found)
		*device = *found;
	free(devices.device);
	return found ? 0 : genl_fail(genl, ENODEV, "device is not attached");
}

static struct nlmsghdr *begin_request(struct genl *genl, uint8_t cmd,
				      const char *name)
{
	struct nlmsghdr *nlh = genl_request(genl, cmd);

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	return nlh;
}

int device_attach(struct genl *genl, const struct device *device, bool absent)
{
	struct nlmsghdr *nlh = begin_request(genl, TSREWRITE_CMD_DEVICE_ATTACH,
					     device->name);

	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_ZONE, device->zone);
	if (absent)
		mnl_attr_put(nlh, TSREWRITE_A_DEVICE_ABSENT, 0, NULL);
	return genl_do(genl, NULL, NULL);
}

static int detached_row(struct genl *genl, struct attrs attrs, void *device)
{
	return genl_decode(genl, &device_named_table, attrs, device);
}

/*
 * Whether a request failed because nothing is attached as @name, and a device has @name for an
 * alternative name; @real is its name then.  The module knows attachments by that.
 */
static bool is_alternative(const struct genl *genl, const char *name, char real[IF_NAMESIZE])
{
	uint32_t ifindex = genl->error.code == ENODEV ? if_nametoindex(name) : 0;

	return ifindex && if_indextoname(ifindex, real) && strcmp(real, name);
}

static int detach_named(struct genl *genl, const char *name, bool force,
			struct device *answer)
{
	struct nlmsghdr *nlh = begin_request(genl, TSREWRITE_CMD_DEVICE_DETACH,
					     name);

	if (force)
		mnl_attr_put(nlh, TSREWRITE_A_DEVICE_FORCE, 0, NULL);
	return genl_do(genl, answer ? detached_row : NULL, answer);
}

int device_detach(struct genl *genl, const char *name, bool force,
		  struct device *answer)
{
	int ret = detach_named(genl, name, force, answer);
	char real[IF_NAMESIZE];

	if (ret < 0 && is_alternative(genl, name, real))
		ret = detach_named(genl, real, force, answer);
	return ret;
}

static int set_drain_named(struct genl *genl, const char *name, bool drain)
{
	struct nlmsghdr *nlh = begin_request(genl, TSREWRITE_CMD_DEVICE_SET, name);

	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_DRAIN, drain);
	return genl_do(genl, NULL, NULL);
}

int device_set_drain(struct genl *genl, const char *name, bool drain)
{
	int ret = set_drain_named(genl, name, drain);
	char real[IF_NAMESIZE];

	if (ret < 0 && is_alternative(genl, name, real))
		ret = set_drain_named(genl, real, drain);
	return ret;
}

int device_set_confirmed(struct genl *genl, const char *name)
{
	struct nlmsghdr *nlh = begin_request(genl, TSREWRITE_CMD_DEVICE_SET, name);

	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_CONFIRMED, 1);
	return genl_do(genl, NULL, NULL);
}
