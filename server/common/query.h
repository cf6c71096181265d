/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reading the parts of a client's request that every server looks at.
 */
#ifndef LOOM_QUERY_H
#define LOOM_QUERY_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @return whether the text is exactly `literal`. */
bool loom_query_text_is(struct loom_text text, const char *literal);

/** Splits `name=value`. An argument without `=` has a value whose data is NULL. */
void loom_query_split(struct loom_text argument, struct loom_text *name, struct loom_text *value);

#ifdef __cplusplus
}
#endif

#endif
