/* SPDX-License-Identifier: Apache-2.0 */
/** SenML CBOR as one of the formats of loom_decode_begin(), _next() and _value(). */
#ifndef LOOM_CODEC_SENML_CBOR_H
#define LOOM_CODEC_SENML_CBOR_H

#include "loom/codec.h"

/** Reads the head of the pack. */
enum loom_status loom_senml_cbor_open(struct loom_decoder *decoder);
enum loom_status loom_senml_cbor_next(struct loom_decoder *decoder, struct loom_item *item);
/** `raw` is the field of the value: its label and what it holds. */
enum loom_status loom_senml_cbor_value(struct loom_bytes raw, enum loom_type type,
                                       struct loom_value *value);

#endif
