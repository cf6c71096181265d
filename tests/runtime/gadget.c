/* SPDX-License-Identifier: Apache-2.0 */
#include "gadget.h"

#include <stddef.h>

static enum loom_status refuse(const struct loom_at *at, const struct loom_value *value)
{
    (void)at;
    (void)value;
    return LOOM_INTERNAL_ERROR;
}

static const struct loom_handler handlers[] = {{.write = refuse}};
static const struct loom_resource rows[] = {
    {.id = 0,
     .offset = offsetof(struct gadget, level),
     .size = 1,
     .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W,
     .count = 1},
    {.id = 1, .type = LOOM_INTEGER, .access = LOOM_W | LOOM_HANDLED, .count = 1}};

const struct loom_object gadgets[GADGETS] = {
    [GADGET_PLAIN] = {.id = 32001,
                      .version_major = 1,
                      .instance_size = sizeof(struct gadget),
                      .resource_count = 1,
                      .resources = rows},
    [GADGET_REFUSING] = {.id = 32002,
                         .version_major = 1,
                         .instance_size = sizeof(struct gadget),
                         .resource_count = 2,
                         .resources = rows,
                         .handlers = handlers}};
