/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

void product_configure(struct loom_client_config *config)
{
    (void)config;
}

void product_turn(struct loom_client *client)
{
    (void)client;
}
