/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LOOM_CODEC_DATE_H
#define LOOM_CODEC_DATE_H

#include "loom/codec.h"

/** `2013-03-21T20:04:00Z`, also with another zone, in seconds since 1970; false if it is no such
 *  date, or between two seconds. */
bool loom_text_to_date(struct loom_text text, int64_t *seconds);

#endif
