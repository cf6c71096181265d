/* SPDX-License-Identifier: Apache-2.0 */
/* Any JSON as what is to be done with a device, and as a node and a bootstrap configuration of
 * Leshan's demo. A request that is made of it is one that can be read again; otherwise there is an
 * error that says why. */
#include "loom/codec.h"
#include "management/answer.h"
#include "service/operation.h"
#include "tables.h"
#include "web/leshan_config.h"
#include "web/leshan_node.h"

#include <stdlib.h>
#include <string.h>

static void require(bool good)
{
    if (!good) {
        abort();
    }
}

/* The values that a request carries can be read as such. */
static void read_payload(const struct loom_dm_request *request)
{
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    enum loom_status status = LOOM_END;
    size_t room = request->payload.length + 1;
    uint8_t *scratch = malloc(room);
    require(scratch != NULL);
    if (request->operation == LOOM_DM_WRITE && request->path.depth >= 3 &&
        loom_dm_answer_begin(&answer, &test_catalog, NULL, &request->path, request->content_format,
                             request->payload, scratch, room) == LOOM_OK) {
        while ((status = loom_dm_answer_next(&answer, &value)) == LOOM_OK) {
        }
        require(status == LOOM_END);
    }
    free(scratch);
}

static void try_operation(const json_t *body)
{
    struct loom_service_request operation;
    json_t *errors = json_array();
    if (loom_service_request_read(&test_catalog, NULL, body, &operation, errors)) {
        require(json_array_size(errors) == 0);
        require(operation.request.path.depth <= 4);
        read_payload(&operation.request);
        loom_service_request_free(&operation);
    } else {
        require(json_array_size(errors) > 0);
    }
    json_decref(errors);
}

static void try_node(const json_t *body)
{
    struct loom_path path = loom_path_root();
    for (unsigned depth = 0; depth <= 4; depth++) {
        bool many;
        json_decref(loom_leshan_read(body, depth, &many));
        path.depth = (uint8_t)depth;
        json_decref(loom_leshan_node(&path, body));
    }
}

/* What was taken is shown, and a document may be anything, too. */
static void try_config(const json_t *body)
{
    char error[LOOM_LESHAN_CONFIG_ERROR];
    json_t *document = json_object();
    bool good = loom_leshan_config_read(body, document, error);
    require(good == (error[0] == '\0'));
    if (good) {
        require(loom_leshan_config_is_in(document));
        json_decref(loom_leshan_config_show(document));
    }
    json_decref(document);
    json_decref(loom_leshan_config_show(body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *body = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
    if (body != NULL) {
        try_operation(body);
        try_node(body);
        try_config(body);
    }
    json_decref(body);
    json_decref(loom_leshan_links((struct loom_text){(const char *)data, size}));
    return 0;
}
