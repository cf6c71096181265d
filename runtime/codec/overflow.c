/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/output.h"

/* In a file of its own, so that nothing of it is copied to where things are put. */
void loom_output_overflow(struct loom_output *out, const void *data, size_t length)
{
    if (out->pass != NULL) {
        out->pass(out, data, length);
        return;
    }
    out->overflow = true;
    out->length = out->room; /* so that what is shorter does not fit, either */
}
