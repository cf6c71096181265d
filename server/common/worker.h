/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A thread for what takes longer than a loop may wait: hashing, and writing to a disk. Jobs run one
 * after the other, in the order of the posts; the loop is told of each when it has run.
 *
 * All functions but a job's `run` are called on the loop's thread.
 */
#ifndef LOOM_SERVER_WORKER_H
#define LOOM_SERVER_WORKER_H

#include "common/list.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Stands in the thing that is worked on, which must stay there until `done` is called. */
struct loom_worker_job {
    struct loom_list link; /**< private */
    /** Runs on the worker's thread; it must touch nothing that the loop touches meanwhile. */
    void (*run)(struct loom_worker_job *job);
    /** Hears that it has run. @param ran false: it has not, because the worker ends */
    void (*done)(struct loom_worker_job *job, bool ran);
};

struct loom_worker;

/** Starts the thread. @return NULL: no memory, no descriptor or no thread */
struct loom_worker *loom_worker_create(void);

/** Ends the thread when the job that runs has ended, and calls `done` for each job that was posted.
 *  Nothing can be posted from within. NULL is allowed. */
void loom_worker_destroy(struct loom_worker *worker);

void loom_worker_post(struct loom_worker *worker, struct loom_worker_job *job);

/** @return a descriptor that can be read when loom_worker_step() has something to do */
int loom_worker_descriptor(const struct loom_worker *worker);

/** Calls `done` of jobs that have run. */
void loom_worker_step(struct loom_worker *worker);

/** The struct of `type` whose member `name` is `job`. */
#define LOOM_WORKER_ENTRY(job, type, name) ((type *)(void *)((char *)(job)-offsetof(type, name)))

#ifdef __cplusplus
}
#endif

#endif
