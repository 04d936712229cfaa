# SPDX-License-Identifier: GPL-2.0-only
# A kernel for what is linked with it, and what it has in place of the libraries' own
KERNEL := kernel nft_schema
WRAPPED := mnl_socket_open2 mnl_socket_bind mnl_socket_close mnl_socket_get_fd \
	mnl_socket_setsockopt mnl_socket_get_portid mnl_socket_sendto mnl_socket_recvfrom \
	sendmsg recv nanosleep sd_journal_sendv sd_notify status_socket_ask
WRAP := $(foreach function,$(WRAPPED),-Wl,--wrap=$(function))
