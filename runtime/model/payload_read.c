/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload.h"

static void put(void *self, const struct loom_path *path, const struct loom_value *value)
{
    loom_encode_put(self, path, value);
}

enum loom_status loom_payload_put(const struct loom_model *model, const struct loom_path *path,
                                  enum loom_read_filter filter, struct loom_encoder *encoder)
{
    struct loom_visitor visitor = {encoder, put};
    return loom_walk(model, path, filter, &visitor);
}

enum loom_status loom_payload_read(const struct loom_model *model, const struct loom_format *format,
                                   const struct loom_path *base, const struct loom_path *path,
                                   enum loom_read_filter filter, struct loom_output *out)
{
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, base, out);
    enum loom_status status = loom_payload_put(model, path, filter, &encoder);
    enum loom_status end = loom_encode_end(&encoder);
    return status == LOOM_OK ? end : status;
}
