/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A part of a payload, whatever is before and behind it: an output that all of the payload passes,
 * and that keeps the bytes of one window. Nothing else of the payload is held. So a payload of any
 * length is written piece by piece, each by the same walk.
 *
 * The writers of some formats know only at the end what stands in a head: how long an entry of TLV
 * is, how many entries a map has. Here such a head is measured before it is written, by a walk over
 * what it is the head of.
 */
#ifndef LOOM_CODEC_WINDOW_H
#define LOOM_CODEC_WINDOW_H

#include "loom/codec.h"

/** What a window is about; memory of the caller's. */
struct loom_window_source {
    /** Puts what holds others, and all that it holds, into an encoder, as it is put into the
     *  payload. */
    void (*walk)(const struct loom_window_source *source, const struct loom_path *path,
                 struct loom_encoder *encoder);
    /** Whether the value of a path is what it was until somebody is told of its change; else it may
     *  be another at each look. */
    bool (*lasts)(const struct loom_window_source *source, const struct loom_path *path);
};

/** Maps of LwM2M CBOR that are open at most. */
#define LOOM_WINDOW_LEVELS 4u

/** Members are private to the codec, but for `out`, `digest` and `torn`. */
struct loom_window {
    struct loom_output out; /**< to be written to; its `length` is that of all that has passed */
    uint8_t *data;
    size_t begin;
    size_t size;
    /** Of all bytes that have passed, but those of values that do not last: of these, how many. */
    uint32_t digest;
    /** What was measured is no longer so: the payload changed while it was written. */
    bool torn;
    bool blind;  /* bytes do not count into the digest */
    bool census; /* nothing is written, but heads are measured that no walk over a path can */
    const struct loom_window_source *source;
    const struct loom_format *format;
    struct loom_encoder inner; /* the writer of the format itself */
    /* What a census has counted. */
    size_t records;  /* of SenML; those that are left */
    size_t first[2]; /* entries of the maps that hold objects and instances */
    union {
        size_t end[2]; /* of the entries of TLV that are open: instance, resource */
        struct {
            size_t left[LOOM_WINDOW_LEVELS];   /* entries that each open map still gets */
            uint8_t depth[LOOM_WINDOW_LEVELS]; /* ids that lead to it */
            uint8_t open;
            uint8_t waiting; /* bit d: what holds values, at this depth, and has no map yet */
        } maps;
    } state;
};

/**
 * Opens a window of `size` bytes behind the first `begin` of a payload.
 * @param data where they go
 */
void loom_window_open(struct loom_window *window, uint8_t *data, size_t begin, size_t size);

/** What a payload in the window is written with, in the place of `format`. The source must last as
 *  long. */
const struct loom_format *loom_window_format(struct loom_window *window,
                                             const struct loom_format *format,
                                             const struct loom_window_source *source);

/** Whether the format is to be written twice, first with nothing but a census: it begins with what
 *  only its end tells. */
bool loom_window_needs_census(const struct loom_window *window);
/** Begins the census; loom_window_take_census() ends it, and the same payload comes again. */
void loom_window_begin_census(struct loom_window *window);
void loom_window_take_census(struct loom_window *window);

/** Bytes of the payload that are in the window. */
static inline size_t loom_window_length(const struct loom_window *window)
{
    size_t all = window->out.length;
    size_t behind = all > window->begin ? all - window->begin : 0;
    return behind < window->size ? behind : window->size;
}

/** Counts into the digest that there is a value of such a length. */
void loom_window_note(struct loom_window *window, const struct loom_path *path, size_t length);

#endif
