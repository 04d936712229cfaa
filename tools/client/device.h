/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists, attaches, detaches and changes the devices that the module is attached to */
#ifndef TSREWRITE_CLIENT_DEVICE_H
#define TSREWRITE_CLIENT_DEVICE_H

#include "genl.h"

/* Bits of @unanswered, as TSREWRITE_A_DEVICE_UNANSWERED has them */
enum { DEVICE_IPV4 = 1, DEVICE_IPV6 = 2 };

/*
 * @ifindex is present while the device exists; @flows is how many rewritten ones cross it;
 * @unanswered has the bits of the versions of IP by which no answers are seen on it; @unread,
 * present if there are such, is the EtherType of frames whose packets are not read
 */
struct device {
	uint64_t present;
	char name[ATTR_TEXT];
	uint32_t ifindex;
	uint8_t zone;
	uint32_t flows;
	uint8_t drain;
	uint8_t confirmed;
	uint8_t unanswered;
	uint16_t unread;
	uint8_t id;		/* what flows that are saved have for it */
};

struct devices {
	struct device *device;
	size_t count;
};

/* A dump has every attribute but @ifindex; an event and an answer have at least the name */
extern const struct attr_table device_table;
extern const struct attr_table device_named_table;

/*
 * Reads all.  Returns 0, or -1 with @genl's error filled in.  The caller frees
 * @devices->device.
 */
int devices_get(struct genl *genl, struct devices *devices);

/* The device of that name, or NULL */
const struct device *devices_find(const struct devices *devices,
				  const char *name);

/* By which versions of IP no answers are seen on it, such as "IPv4"; NULL if they are seen */
const char *device_unanswered(const struct device *device);

/*
 * Whether a device of that name exists, but the attachment did not take hold of it, since its
 * kind, its stack or its hooks did not allow it when it came
 */
bool device_is_refused(const struct device *device);

/*
 * What the frames are whose packets are not read, such as "PPPoE", perhaps in @out; NULL if none
 * left lately
 */
const char *device_unread(const struct device *device, char *out, size_t size);

/* The functions below return 0, or -1 with @genl's error filled in. */

/* Gets the device that is attached as @name, or has @name for an alternative name */
int device_get(struct genl *genl, const char *name, struct device *device);

/*
 * Attaches the device named @device->name, in @device->zone if that is present.  With @absent it
 * need not exist: it is attached when it comes.
 */
int device_attach(struct genl *genl, const struct device *device, bool absent);

/*
 * Detaches a device, which may be named by an alternative name.  Without @force, EBUSY if
 * rewritten connections would break.  If @answer is not NULL, it has the number of those that
 * broke in @flows, if that is present.
 */
int device_detach(struct genl *genl, const char *name, bool force,
		  struct device *answer);

/*
 * Makes new connections on the device pass untouched, or ends that.  It may be named by an
 * alternative name.
 */
int device_set_drain(struct genl *genl, const char *name, bool drain);

/* Confirms that the rules of groups are there for this device: connections may begin */
int device_set_confirmed(struct genl *genl, const char *name);

#endif /* TSREWRITE_CLIENT_DEVICE_H */
