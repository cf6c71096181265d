/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/window.h"

#include <string.h>

/* FNV-1a */
#define DIGEST_BEGIN UINT32_C(2166136261)
#define DIGEST_PRIME UINT32_C(16777619)

static void count_in(struct loom_window *window, const uint8_t *bytes, size_t length)
{
    uint32_t digest = window->digest;
    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ bytes[i]) * DIGEST_PRIME;
    }
    window->digest = digest;
}

/* The output has no room at any time, so each byte comes here. */
static void pass(struct loom_output *out, const void *data, size_t length)
{
    struct loom_window *window = (struct loom_window *)out;
    const uint8_t *bytes = data;
    size_t at = out->length;
    size_t from = at < window->begin ? window->begin - at : 0;         /* of these bytes */
    size_t end = window->begin + window->size;                         /* of the window */
    size_t to = at >= end ? 0 : length < end - at ? length : end - at; /* of these bytes */
    if (from < to) {
        memcpy(window->data + (at + from - window->begin), bytes + from, to - from);
    }
    if (!window->blind) {
        count_in(window, bytes, length);
    }
    out->length += length;
    out->room = out->length;
    out->overflow = false;
}

void loom_window_open(struct loom_window *window, uint8_t *data, size_t begin, size_t size)
{
    window->out = loom_output(NULL, 0);
    window->out.pass = pass;
    window->data = data;
    window->begin = begin;
    window->size = size;
    window->digest = DIGEST_BEGIN;
    window->torn = false;
    window->blind = false;
    window->census = false;
}

void loom_window_begin_census(struct loom_window *window)
{
    window->census = true;
    window->records = 0;
    window->first[0] = 0;
    window->first[1] = 0;
}

void loom_window_take_census(struct loom_window *window)
{
    loom_window_open(window, window->data, window->begin, window->size);
}

void loom_window_note(struct loom_window *window, const struct loom_path *path, size_t length)
{
    uint8_t bytes[2 * 4 + 4];
    for (size_t i = 0; i < 4; i++) {
        uint16_t id = i < path->depth ? path->id[i] : LOOM_ID_NONE;
        bytes[2 * i] = (uint8_t)(id >> 8);
        bytes[2 * i + 1] = (uint8_t)id;
        bytes[8 + i] = (uint8_t)(length >> 8 * i);
    }
    count_in(window, bytes, sizeof bytes);
}
