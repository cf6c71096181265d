/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own: a device that says what is true now needs no times of values. */
#include "codec/cbor.h"
#include "codec/number.h"
#include "codec/senml.h"

static uint8_t *cbor_time_before(uint8_t *end, double time)
{
    struct loom_cbor_number number = {.real = time, .is_real = true};
    bool negative;
    uint64_t magnitude;
    if (!loom_cbor_to_whole(&number, &negative, &magnitude)) {
        end = loom_cbor_float_before(end, time);
    } else if (negative) {
        end = loom_cbor_head_before(end, LOOM_CBOR_NEGATIVE, magnitude - 1);
    } else {
        end = loom_cbor_head_before(end, LOOM_CBOR_UNSIGNED, magnitude);
    }
    *--end = LOOM_SENML_T;
    return end;
}

/* SenML in JSON writes the number by itself: it has floats in text anyway. */
void loom_encode_set_time(struct loom_encoder *encoder, double time)
{
    encoder->time = time;
    encoder->time_before = loom_double_order(time) != 0 ? cbor_time_before : NULL;
}
