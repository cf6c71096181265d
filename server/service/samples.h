/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Numbers that a device has told of one resource over a span of time, thinned: the span has a
 * number of parts of the same length, and of each part the least and the greatest number are kept.
 * So a plot has its peaks, however many numbers there were.
 */
#ifndef LOOM_SERVICE_SAMPLES_H
#define LOOM_SERVICE_SAMPLES_H

#include "service/timeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Parts at most; twice as many numbers are kept. */
#define LOOM_SAMPLES_PARTS_MAX 1000u

struct loom_sample {
    int64_t time; /**< milliseconds since 1970 */
    double value;
};

struct loom_samples;

/**
 * Begins without numbers.
 * @param path  as in `/3303/0/5700`, copied
 * @param from  the span: from this moment on, in milliseconds since 1970
 * @param to    up to this moment, which belongs to it; not before `from`
 * @param parts 1 to LOOM_SAMPLES_PARTS_MAX
 * @return NULL without memory
 */
struct loom_samples *loom_samples_create(struct loom_text path, int64_t from, int64_t to,
                                         size_t parts);
/** NULL is allowed. */
void loom_samples_destroy(struct loom_samples *samples);

/** Takes the numbers of an event, if it has any of the path. A value that says when it was measured
 * has that time, others that of the event. Taking an event once more changes nothing. */
void loom_samples_take(struct loom_samples *samples, int64_t time, struct loom_text kind,
                       struct loom_text json);

/** Gives what is kept, in the order of the times. @param index from 0 on
 *  @return false: there are no more */
bool loom_samples_next(const struct loom_samples *samples, size_t *index,
                       struct loom_sample *sample);

#ifdef __cplusplus
}
#endif

#endif
