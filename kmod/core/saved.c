// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a file may say of a flow, which whoever wrote it may have made up.
 */
#include "saved.h"

static bool is_mode(unsigned int mode)
{
	return mode <= TSREWRITE_MODE_MAX || mode == TSRW_MODE_BARE;
}

static bool has_sound_state(const struct tsrw_conn *conn)
{
	switch (conn->state) {
	case TSRW_EMBRYONIC:
		return !tsrw_conn_has(conn, TSRW_HAS_COMMITTED) &&
		       tsrw_conn_has(conn, TSRW_HAS_CANDIDATE);
	case TSRW_ESTABLISHED:
	case TSRW_CLOSED:
		return tsrw_conn_has(conn, TSRW_HAS_COMMITTED);
	default:
		return false;
	}
}

/**
 * tsrw_saved_is_sound - whether the state of a flow's connections can be one
 * @conn: the state
 *
 * Return: false if no segments lead there. Whatever else @conn has breaks the connections of
 * this flow at worst.
 */
bool tsrw_saved_is_sound(const struct tsrw_conn *conn)
{
	return is_mode(conn->mode) && is_mode(conn->mode_candidate) && has_sound_state(conn);
}
