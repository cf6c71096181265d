/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is to be done with a device, as a JSON object says it:
 *
 *     {"operation": "write", "path": "/3/0/14", "value": "+02:00"}
 *
 * `operation` is a name as in events (`read`, `write-attributes`), `path` or `paths` are as in the
 * standard. Values are said by `value`, or by `values` with names or numbers of resources, in which
 * a multiple resource is an object by instance. docs/servers.md lists all members. Types, ranges
 * and names are those of the catalog; what it does not know is refused, but for one value in text.
 */
#ifndef LOOM_SERVICE_OPERATION_H
#define LOOM_SERVICE_OPERATION_H

#include "catalog/catalog.h"
#include "management/management_events.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A request with the memory behind it. */
struct loom_service_request {
    struct loom_dm_request request; /**< may be sent as long as this is not freed */
    void *memory;                   /**< private */
};

/**
 * Reads a request.
 * @param client whose version of an object is meant; NULL: any
 * @param errors an array, to which each thing that is wrong is added as {"at", "detail"}, where
 * `at` is a JSON pointer (RFC 6901) into the body
 * @return false: there are errors, and nothing is to be freed
 */
bool loom_service_request_read(const struct loom_catalog *catalog,
                               const struct loom_dm_client *client, const json_t *body,
                               struct loom_service_request *operation, json_t *errors);

void loom_service_request_free(struct loom_service_request *operation);

#ifdef __cplusplus
}
#endif

#endif
