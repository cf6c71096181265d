/* SPDX-License-Identifier: Apache-2.0 */
/** What writes entries of TLV (rules D-10 .. D-16). For the files of this room. */
#ifndef LOOM_CODEC_TLV_H
#define LOOM_CODEC_TLV_H

#include "loom/codec.h"

/* The type byte of an entry, and the longest value. */
#define TLV_KIND_SHIFT   6
#define TLV_ID_16        0x20u
#define TLV_LENGTH_SHIFT 3
#define TLV_LENGTH_MASK  0x07u
#define TLV_LENGTH_MAX   0xFFFFFFu

/** Writes an entry of any length. @param data NULL: the value is `size` bytes of `bits` */
void loom_tlv_put_entry(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id, size_t size,
                        const void *data, uint64_t bits);

/** Writes an entry of as few bytes as keep the value. */
void loom_tlv_put_float(struct loom_output *out, enum loom_tlv_kind kind, uint16_t id,
                        double number);

#endif
