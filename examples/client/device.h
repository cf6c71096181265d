/* SPDX-License-Identifier: Apache-2.0 */
/** What makes this product a device: its factory accounts and what it says of itself. */
#ifndef LOOM_CLIENT_DEVICE_H
#define LOOM_CLIENT_DEVICE_H

#include "loom/model.h"
#include "options.h"

/** Fills the Device object and, from the command line, the accounts of a factory bootstrap.
 *  @return LOOM_OK, or why an account cannot be held by this product */
enum loom_status client_device_fill(struct loom_model *model, const struct client_options *options);

/** Writes a resource, given as people write it: `/3/0/15` and `Europe/Berlin`.
 *  @return LOOM_BAD_REQUEST the path is not that of a value, or the value not of its type or range;
 *          LOOM_NOT_FOUND; LOOM_TOO_LARGE; LOOM_METHOD_NOT_ALLOWED it has several values */
enum loom_status client_device_set(struct loom_model *model, struct loom_text path,
                                   struct loom_text value);

/** Does so with `PATH=VALUE`. */
enum loom_status client_device_apply(struct loom_model *model, const char *setting);

#endif
