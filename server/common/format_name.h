/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Content formats by the names that people write, those of product profiles.
 */
#ifndef LOOM_SERVER_FORMAT_NAME_H
#define LOOM_SERVER_FORMAT_NAME_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** All names, for messages. */
extern const char loom_format_names[];

/** Reads a name as in `senml-cbor`, or the number of any format. @return false: it is neither */
bool loom_format_read(struct loom_text text, uint16_t *number);

#ifdef __cplusplus
}
#endif

#endif
