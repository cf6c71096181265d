/* SPDX-License-Identifier: Apache-2.0 */
#include "management/paths.h"

enum loom_status loom_dm_paths_write(const struct loom_path *paths, size_t count,
                                     struct loom_output *out)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    struct loom_path root = loom_path_root();
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, &loom_format_senml_cbor, &root, out);
    encoder.nones = LOOM_ENCODE_NAMES;
    for (size_t i = 0; i < count; i++) {
        loom_encode_put(&encoder, &paths[i], &none);
    }
    return loom_encode_end(&encoder);
}

bool loom_dm_has_paths(enum loom_dm_operation operation)
{
    return operation == LOOM_DM_READ_COMPOSITE || operation == LOOM_DM_WRITE_COMPOSITE ||
           operation == LOOM_DM_OBSERVE_COMPOSITE || operation == LOOM_DM_CANCEL_COMPOSITE;
}

enum loom_status loom_dm_paths_begin(struct loom_decoder *decoder,
                                     const struct loom_dm_request *request, uint8_t *scratch,
                                     size_t scratch_size)
{
    struct loom_path root = loom_path_root();
    unsigned mode =
        request->operation == LOOM_DM_WRITE_COMPOSITE ? LOOM_DECODE_DELETES : LOOM_DECODE_NAMES;
    return loom_decode_begin(decoder,
                             loom_format_find(loom_formats_all, request->content_format, &root),
                             &root, mode, request->payload, scratch, scratch_size);
}
