/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload.h"

enum loom_status loom_payload_read(const struct loom_model *model, const struct loom_format *format,
                                   const struct loom_path *base, const struct loom_path *path,
                                   enum loom_read_filter filter, struct loom_output *out)
{
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, base, out);
    enum loom_status status = loom_walk(model, path, filter, &encoder);
    enum loom_status end = loom_encode_end(&encoder);
    return status == LOOM_OK ? end : status;
}
