/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds elements to maps, or removes them, as @type says: NFT_MSG_NEWSETELEM or
 * NFT_MSG_DELSETELEM.  They are collected, to be in few messages, until messages_flush().
 */
#ifndef TSREWRITE_CLASSIFIER_ELEMENTS_H
#define TSREWRITE_CLASSIFIER_ELEMENTS_H

#include "messages.h"

void messages_range(struct messages *messages, uint16_t type,
		    const struct class *class);
void messages_port_range(struct messages *messages, uint16_t type,
			 struct port_range range, uint32_t map);

/* Appends the message with the elements that were collected, if there are any */
void messages_flush(struct messages *messages);

#endif /* TSREWRITE_CLASSIFIER_ELEMENTS_H */
