// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: emitted where something happens, and passed to the listeners that report them.
 */
#include "event.h"
#include "net.h"

static BLOCKING_NOTIFIER_HEAD(listeners);

/**
 * tsrw_event_listen - register a listener for events
 * @listener: called with a struct tsrw_event, in the task that caused the event
 */
void tsrw_event_listen(struct notifier_block *listener)
{
	blocking_notifier_chain_register(&listeners, listener);
}

/**
 * tsrw_event_unlisten - unregister a listener for events
 * @listener: as given to tsrw_event_listen()
 */
void tsrw_event_unlisten(struct notifier_block *listener)
{
	blocking_notifier_chain_unregister(&listeners, listener);
}

/**
 * tsrw_event_emit - pass an event to the listeners
 * @event: the event
 *
 * After any change of devices, groups, limits or the key, connections may be rewritten whose SYN
 * left unrewritten before it.
 *
 * Context: process, in the task that caused the event; may sleep.
 */
void tsrw_event_emit(struct tsrw_event *event)
{
	tsrw_net_note_raw(event->tn);
	blocking_notifier_call_chain(&listeners, event->type, event);
}
