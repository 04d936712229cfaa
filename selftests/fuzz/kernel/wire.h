/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_WIRE_H
#define TSRW_FUZZ_WIRE_H

#include <linux/virtio_net.h>

#include "frame.h"

/**
 * struct wire - a device that frames are sent through, and one where they come out
 * @from: the frames of which side
 * @out: socket to send by; a struct virtio_net_hdr goes before each frame
 * @in: socket to receive by, of what was sent by @out alone
 */
struct wire {
	enum side from;
	int out, in;
};

int enter_netns(const char *path);
int packet_socket(const char *device);
void wire_open(struct wire *wire, enum side from, const char *netns_out, const char *out,
	       const char *netns_in, const char *in);
int wire_send(const struct wire *wire, struct frame *const *frames,
	      const struct virtio_net_hdr *headers, int count);
int wire_receive(const struct wire *wire, __u8 *bytes, unsigned int size, int patience);
unsigned int wire_losses(const struct wire *wire);

#endif /* TSRW_FUZZ_WIRE_H */
