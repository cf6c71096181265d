/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The second thread of a server: it writes to the database, so that the loop never waits for a disk
 * or a network. It takes all jobs that are waiting, runs them in one transaction and commits, so a
 * thousand of them cost one commit; then the loop is told of each.
 *
 * A job that fails does not cost the others: what it did is taken back alone. All functions but
 * `run` are called, and all but `run` call back, on the loop's thread.
 */
#ifndef LOOM_DATABASE_WRITER_H
#define LOOM_DATABASE_WRITER_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Jobs that wait or are under way, if the options do not say. */
#define LOOM_WRITER_ROOM 65536u

/** The most jobs of one transaction, so that the first of them does not wait for ever. */
#define LOOM_WRITER_TOGETHER 1024u

/** A job that has taken longer than this makes the database as good as gone. */
#define LOOM_WRITER_SILENCE_MS 3000

/** Waits between attempts to connect again: each twice the one before. */
#define LOOM_WRITER_FIRST_WAIT_MS 100
#define LOOM_WRITER_LAST_WAIT_MS  5000

struct loom_writer_job {
    /**
     * Runs statements, on the writer's thread, within a transaction that is not its own. It may be
     * called several times for one job, after all that it did was taken back; only the last call
     * counts. It must touch nothing that the loop touches meanwhile.
     * @return anything but LOOM_DATABASE_OK takes back what it did; LOOM_DATABASE_CONFLICT is also
     *         for what the job itself finds in the way
     */
    enum loom_database_status (*run)(struct loom_database *database, void *data);

    /** Hears, on the loop's thread and in the order of the posts, whether it is durable. After
     *  LOOM_DATABASE_LOST it may be durable nevertheless. */
    void (*done)(void *data, enum loom_database_status status);
    void *data; /**< of the job, from the post to `done` */
};

struct loom_writer_options {
    size_t room;  /**< jobs that wait or are under way; 0: LOOM_WRITER_ROOM */
    bool reading; /**< all jobs only read: for a second connection, whose jobs may take longer */

    /** Hears in loom_writer_step() that the connection is gone, or back; NULL: nobody. */
    void (*changed)(void *user, bool lost);
    void *user;
};

struct loom_writer;

/** Starts the thread. The connection is the writer's from now on, also on failure: then it is
 * closed.
 *  @param options NULL: as they are if they are 0
 *  @return NULL without memory, descriptors or threads */
struct loom_writer *loom_writer_create(struct loom_database *database,
                                       const struct loom_writer_options *options);

/**
 * Ends the thread, and frees. Jobs that wait are still run, `done` is called for each job that was
 * posted, and nothing more can be posted by it.
 * @param patience_ms how long this may take; what is not durable then is told LOOM_DATABASE_LOST.
 * With a database that is gone it takes no time
 */
void loom_writer_end(struct loom_writer *writer, unsigned patience_ms);

/** Posts a job; it is copied.
 *  @return its mark, each one more than the one before; 0: the queue is full, or the database is
 *          known to be gone: then nothing happens, and `done` is not called */
uint64_t loom_writer_post(struct loom_writer *writer, const struct loom_writer_job *job);

/** @return the mark of the last job for which `done` was called: all up to it are decided. While
 *          `done` runs it is the mark of the job before. */
uint64_t loom_writer_passed(const struct loom_writer *writer);

/** @return a descriptor that can be read as soon as loom_writer_step() has something to do. */
int loom_writer_descriptor(const struct loom_writer *writer);

/** Calls `done` and `changed` for what has happened. */
void loom_writer_step(struct loom_writer *writer);

/** @return whether the database is gone, or has not answered for LOOM_WRITER_SILENCE_MS. */
bool loom_writer_lost(struct loom_writer *writer);

/** @return how many jobs wait or are under way. */
size_t loom_writer_waiting(struct loom_writer *writer);

/** What the last failure was, for a log; empty: there was none. */
struct loom_database_error loom_writer_error(struct loom_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
