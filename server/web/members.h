/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bodies that are objects with known members.
 */
#ifndef LOOM_WEB_MEMBERS_H
#define LOOM_WEB_MEMBERS_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_web_member {
    const char *name;
    json_type type; /**< of its value */
    bool required;
};

/** Reads a body. Answers 422 with all mistakes: no object, a member that is unknown, missing, or of
 *  another type.
 *  @param values out: one for each member, of the body; NULL if it is not there
 *  @return false: it was answered */
bool loom_web_members(struct loom_http_request *request, const struct loom_web_member *members,
                      size_t count, json_t **values);

/** Answers 422 with one mistake. @param at JSON pointer into the body */
void loom_web_mistake(struct loom_http_request *request, const char *at, const char *detail);

#ifdef __cplusplus
}
#endif

#endif
