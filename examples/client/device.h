/* SPDX-License-Identifier: Apache-2.0 */
/** What makes this product a device: its factory accounts and what it says of itself. */
#ifndef LOOM_CLIENT_DEVICE_H
#define LOOM_CLIENT_DEVICE_H

#include "loom/model.h"
#include "options.h"

/** Fills the Device object and, from the command line, the accounts of a factory bootstrap.
 *  @return LOOM_OK, or why an account cannot be held by this product */
enum loom_status client_device_fill(struct loom_model *model, const struct client_options *options);

#endif
