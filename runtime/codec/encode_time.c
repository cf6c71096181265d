/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own: a device that says what is true now needs no times of values. */
#include "codec/cbor.h"
#include "codec/number.h"
#include "codec/senml.h"

static uint8_t *put_cbor_time(uint8_t *at, double time)
{
    struct loom_cbor_number number = {.real = time, .is_real = true};
    bool negative;
    uint64_t magnitude;
    *at++ = LOOM_SENML_T;
    if (!loom_cbor_to_whole(&number, &negative, &magnitude)) {
        return loom_cbor_float(at, time);
    }
    return negative ? loom_cbor_head(at, LOOM_CBOR_NEGATIVE, magnitude - 1)
                    : loom_cbor_head(at, LOOM_CBOR_UNSIGNED, magnitude);
}

/* SenML in JSON writes the number by itself: it has floats in text anyway. */
void loom_encode_set_time(struct loom_encoder *encoder, double time)
{
    encoder->time = time;
    encoder->put_time = loom_double_order(time) != 0 ? put_cbor_time : NULL;
}
