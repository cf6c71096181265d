/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What differs between the products whose images are measured, besides their profiles.
 */
#ifndef BENCH_IMAGE_H
#define BENCH_IMAGE_H

#include "loom/client.h"

/** Adds to the configuration what the product has beyond objects, port and memory. */
void product_configure(struct loom_client_config *config);

/** Tells the client of what else has happened; called once a turn. */
void product_turn(struct loom_client *client);

#endif
