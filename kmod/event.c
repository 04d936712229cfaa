// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events, from those to whom they happen to those who tell.
 */
#include "event.h"

static BLOCKING_NOTIFIER_HEAD(listeners);

/**
 * tsrw_event_listen - hear events
 * @listener: called in the context of the task that caused the event, with a
 *	struct tsrw_event
 */
void tsrw_event_listen(struct notifier_block *listener)
{
	blocking_notifier_chain_register(&listeners, listener);
}

/**
 * tsrw_event_unlisten - hear no more
 * @listener: as given to tsrw_event_listen()
 */
void tsrw_event_unlisten(struct notifier_block *listener)
{
	blocking_notifier_chain_unregister(&listeners, listener);
}

/**
 * tsrw_event_emit - tell who listens
 * @event: what happened
 *
 * Context: process, in the task that did it; may sleep.
 */
void tsrw_event_emit(struct tsrw_event *event)
{
	blocking_notifier_call_chain(&listeners, event->type, event);
}
