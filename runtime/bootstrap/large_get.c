/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap-Reads and Bootstrap-Discovers whose answers have no room as a whole. */
#include "bootstrap/commands.h"
#include "context/context.h"
#include "model/large_answer.h"
#include "model/payload.h"

struct answer {
    struct loom_large large; /* first, so that it is found by it */
    const struct loom_bootstrap *bootstrap;
    const struct loom_path *path;
};

static enum loom_status write(const struct loom_large *large, const struct loom_format *format,
                              struct loom_output *out)
{
    const struct answer *answer = (const struct answer *)large;
    if (format == NULL) {
        loom_context_features(answer->bootstrap->context)
            ->bootstrap_discover->put_links(answer->bootstrap, answer->path, out);
        return LOOM_OK;
    }
    return loom_payload_read(large->model, format, answer->path, answer->path, large->filter, out);
}

enum loom_status loom_bootstrap_answer_in_pieces(const struct loom_bootstrap *bootstrap,
                                                 const struct loom_path *path,
                                                 const struct loom_format *format,
                                                 const struct loom_request *request,
                                                 struct loom_reply *reply)
{
    struct answer answer = {.large = {.model = &bootstrap->staged,
                                      .filter = LOOM_READ_ALL,
                                      .format = format,
                                      .write = write},
                            .bootstrap = bootstrap,
                            .path = path};
    enum loom_status status = loom_large_answer(&answer.large, request, reply);
    return status == LOOM_TOO_LARGE ? LOOM_INTERNAL_ERROR : status;
}
