/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What nf_tables says has attributes of certain lengths, strings that end, and no rule without
 * the names of its expressions: libnftnl relies on it, and exits, or reads address 0.  Whatever
 * another program puts there, the kernel sees to that.
 */
#ifndef TSRW_FUZZ_NFT_SCHEMA_H
#define TSRW_FUZZ_NFT_SCHEMA_H

#include <stddef.h>

#include <linux/types.h>

/* Hides what the kernel would not say in the attributes of an answer to @request, NFT_MSG_* */
void nft_schema_mend(__u8 request, char *attrs, size_t len);

#endif /* TSRW_FUZZ_NFT_SCHEMA_H */
