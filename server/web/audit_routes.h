/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the record of who changed what.
 */
#ifndef LOOM_WEB_AUDIT_ROUTES_H
#define LOOM_WEB_AUDIT_ROUTES_H

#include "database/writer.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_audit {
    struct loom_writer *const *reader;
};

/** Adds the routes; everything outlasts the listener.
 *  @param reader where the reader of the database will be; there NULL: no record is kept
 *  @return false: no room for them */
bool loom_web_audit_begin(struct loom_web_audit *audit, struct loom_http *http,
                          struct loom_writer *const *reader);

#ifdef __cplusplus
}
#endif

#endif
