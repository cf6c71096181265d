/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own: a device that writes what is true now needs no sums of doubles. */
#include "loom/codec.h"

double loom_decode_time(const struct loom_decoder *decoder)
{
    bool timed = (decoder->format->traits & LOOM_FORMAT_TIMES) != 0;
    return timed ? decoder->state.senml.base_time + decoder->state.senml.time : 0;
}
