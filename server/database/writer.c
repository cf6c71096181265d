/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "database/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A transaction that others get in the way of is repeated so often. */
#define ATTEMPTS 3

struct slot {
    struct loom_writer_job job;
    enum loom_database_status status;
    int64_t posted; /* milliseconds of the monotonic clock */
};

/* Jobs stand in a ring: from `told` those that are decided, which are the loop's, from `decided`
 * those that the thread has, and from `taken` those that wait, which nobody touches. The counters
 * never go back; the mark of a job is how many were posted with it. */
struct loom_writer {
    struct loom_database *database; /* the thread's */
    struct loom_writer_options options;
    struct slot *slots;
    size_t room;
    pthread_t thread;
    int notice[2]; /* to the loop: something has happened */
    int stop[2];   /* to a wait for the database: give up */
    uint64_t told; /* the loop's */
    bool told_lost;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    uint64_t decided;
    uint64_t taken;
    uint64_t posted;
    bool noticed; /* there is a byte in `notice` */
    bool lost;
    bool stopping;  /* as soon as nothing waits any more */
    bool giving_up; /* what waits is told that it is lost */
    struct loom_database_error error;
};

static int64_t now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct timespec time_of(int64_t milliseconds)
{
    struct timespec time = {(time_t)(milliseconds / 1000), (long)(milliseconds % 1000) * 1000000};
    return time;
}

static struct slot *slot_of(const struct loom_writer *writer, uint64_t mark)
{
    return &writer->slots[mark % writer->room];
}

/* ---- the writer's thread: one transaction ---------------------------------------------------- */

static enum loom_database_status begin_once(const struct loom_writer *writer)
{
    return writer->options.reading ? loom_database_begin_reading(writer->database)
                                   : loom_database_begin(writer->database);
}

/* A connection that was lost while nothing was under way, as when the server was restarted at
 * night, costs no job. */
static enum loom_database_status begin(const struct loom_writer *writer)
{
    enum loom_database_status status = begin_once(writer);
    if (status == LOOM_DATABASE_LOST &&
        loom_database_reopen(writer->database) == LOOM_DATABASE_OK) {
        status = begin_once(writer);
    }
    return status;
}

static void note(struct loom_writer *writer)
{
    struct loom_database_error error = {""};
    (void)strncpy(error.text, loom_database_error(writer->database), sizeof error.text - 1);
    (void)pthread_mutex_lock(&writer->mutex);
    writer->error = error;
    (void)pthread_mutex_unlock(&writer->mutex);
}

/* The usual way, which costs nothing besides the jobs. */
static enum loom_database_status run_together(struct loom_writer *writer, uint64_t from,
                                              uint64_t to)
{
    enum loom_database_status status = begin(writer);
    for (uint64_t at = from; at < to && status == LOOM_DATABASE_OK; at++) {
        struct slot *slot = slot_of(writer, at);
        status = slot->job.run(writer->database, slot->job.data);
        slot->status = LOOM_DATABASE_OK;
    }
    if (status == LOOM_DATABASE_OK) {
        return loom_database_commit(writer->database);
    }
    loom_database_rollback(writer->database);
    return status;
}

/* @return whether the transaction can go on */
static enum loom_database_status run_one(struct loom_writer *writer, struct slot *slot)
{
    enum loom_database_status status = loom_database_savepoint(writer->database);
    if (status != LOOM_DATABASE_OK) {
        return status;
    }
    slot->status = slot->job.run(writer->database, slot->job.data);
    if (slot->status == LOOM_DATABASE_OK) {
        /* Fails if the job has overlooked a failure. */
        slot->status = loom_database_release(writer->database);
    }
    switch (slot->status) {
    case LOOM_DATABASE_OK:
        return LOOM_DATABASE_OK;
    case LOOM_DATABASE_CONFLICT:
    case LOOM_DATABASE_ERROR:
        note(writer);
        return loom_database_rewind(writer->database);
    default:
        return slot->status;
    }
}

/* The way for jobs of which one fails: each can be taken back alone. */
static enum loom_database_status run_apart(struct loom_writer *writer, uint64_t from, uint64_t to)
{
    enum loom_database_status status = begin(writer);
    for (uint64_t at = from; at < to && status == LOOM_DATABASE_OK; at++) {
        status = run_one(writer, slot_of(writer, at));
    }
    if (status == LOOM_DATABASE_OK) {
        return loom_database_commit(writer->database);
    }
    loom_database_rollback(writer->database);
    return status;
}

static enum loom_database_status run_jobs(struct loom_writer *writer, uint64_t from, uint64_t to)
{
    enum loom_database_status status = LOOM_DATABASE_AGAIN;
    for (int attempt = 0; attempt < ATTEMPTS && status == LOOM_DATABASE_AGAIN; attempt++) {
        status = run_together(writer, from, to);
        if (status == LOOM_DATABASE_CONFLICT || status == LOOM_DATABASE_ERROR) {
            status = run_apart(writer, from, to);
        }
    }
    if (status != LOOM_DATABASE_OK) {
        note(writer);
        for (uint64_t at = from; at < to; at++) {
            slot_of(writer, at)->status = status;
        }
    }
    return status;
}

/* ---- the writer's thread: its life ----------------------------------------------------------- */

/* The functions of this part are called, and return, with the mutex locked. */

static void notice(struct loom_writer *writer)
{
    if (!writer->noticed) {
        writer->noticed = write(writer->notice[1], "", 1) == 1;
    }
    (void)pthread_cond_broadcast(&writer->changed);
}

/* Nothing waits for a database that is gone: whoever waits for an answer gets one. */
static void lose(struct loom_writer *writer)
{
    writer->lost = true;
    while (writer->taken < writer->posted) {
        slot_of(writer, writer->taken++)->status = LOOM_DATABASE_LOST;
    }
    writer->decided = writer->taken;
    notice(writer);
}

static void connect_again(struct loom_writer *writer)
{
    int64_t wait = LOOM_WRITER_FIRST_WAIT_MS;
    while (writer->lost && !writer->stopping) {
        struct timespec until = time_of(now() + wait);
        int ended = 0;
        while (!writer->stopping && ended == 0) {
            ended = pthread_cond_timedwait(&writer->changed, &writer->mutex, &until);
        }
        if (writer->stopping) {
            return;
        }
        (void)pthread_mutex_unlock(&writer->mutex);
        bool back = loom_database_reopen(writer->database) == LOOM_DATABASE_OK;
        if (!back) {
            note(writer);
        }
        (void)pthread_mutex_lock(&writer->mutex);
        writer->lost = !back;
        wait = 2 * wait > LOOM_WRITER_LAST_WAIT_MS ? LOOM_WRITER_LAST_WAIT_MS : 2 * wait;
    }
    notice(writer);
}

static void take_jobs(struct loom_writer *writer)
{
    uint64_t from = writer->taken;
    uint64_t to =
        writer->posted - from > LOOM_WRITER_TOGETHER ? from + LOOM_WRITER_TOGETHER : writer->posted;
    writer->taken = to;
    (void)pthread_mutex_unlock(&writer->mutex);
    enum loom_database_status status = run_jobs(writer, from, to);
    (void)pthread_mutex_lock(&writer->mutex);
    writer->decided = to;
    notice(writer);
    if (status == LOOM_DATABASE_LOST) {
        lose(writer);
    }
}

static void *live(void *user)
{
    struct loom_writer *writer = user;
    (void)pthread_mutex_lock(&writer->mutex);
    while (!writer->stopping || writer->taken < writer->posted) {
        if (writer->giving_up) {
            lose(writer);
        } else if (writer->lost) {
            connect_again(writer);
        } else if (writer->taken < writer->posted) {
            take_jobs(writer);
        } else {
            (void)pthread_cond_wait(&writer->changed, &writer->mutex);
        }
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

/* ---- the loop's thread: beginning and end ---------------------------------------------------- */

static bool make_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        ends[0] = -1;
        ends[1] = -1;
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0) {
            return false;
        }
    }
    return true;
}

static void close_pipe(const int ends[2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            (void)close(ends[i]);
        }
    }
}

static void destroy(struct loom_writer *writer)
{
    loom_database_close(writer->database);
    close_pipe(writer->notice);
    close_pipe(writer->stop);
    (void)pthread_cond_destroy(&writer->changed);
    (void)pthread_mutex_destroy(&writer->mutex);
    free(writer->slots);
    free(writer);
}

/* Signals are for the loop. */
static bool start(struct loom_writer *writer)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&writer->thread, NULL, live, writer) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static bool make_condition(struct loom_writer *writer)
{
    pthread_condattr_t attributes;
    bool made = pthread_condattr_init(&attributes) == 0;
    if (made) {
        made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
               pthread_cond_init(&writer->changed, &attributes) == 0;
        (void)pthread_condattr_destroy(&attributes);
    }
    return made && pthread_mutex_init(&writer->mutex, NULL) == 0;
}

struct loom_writer *loom_writer_create(struct loom_database *database,
                                       const struct loom_writer_options *options)
{
    struct loom_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL || !make_condition(writer)) {
        free(writer);
        loom_database_close(database);
        return NULL;
    }
    if (options != NULL) {
        writer->options = *options;
    }
    writer->database = database;
    writer->room = writer->options.room == 0 ? LOOM_WRITER_ROOM : writer->options.room;
    writer->slots = calloc(writer->room, sizeof *writer->slots);
    bool has_notice = make_pipe(writer->notice);
    bool has_stop = make_pipe(writer->stop);
    loom_database_watch(database, writer->stop[0]);
    if (writer->slots == NULL || !has_notice || !has_stop || !start(writer)) {
        destroy(writer);
        return NULL;
    }
    return writer;
}

static void stop_thread(struct loom_writer *writer, unsigned patience_ms)
{
    struct timespec until = time_of(now() + (int64_t)patience_ms);
    int ended = 0;
    (void)pthread_mutex_lock(&writer->mutex);
    writer->stopping = true;
    (void)pthread_cond_broadcast(&writer->changed);
    while (writer->decided < writer->posted && ended == 0) {
        ended = pthread_cond_timedwait(&writer->changed, &writer->mutex, &until);
    }
    writer->giving_up = writer->decided < writer->posted;
    (void)pthread_mutex_unlock(&writer->mutex);
    (void)!write(writer->stop[1], "", 1);
    (void)pthread_join(writer->thread, NULL);
}

void loom_writer_end(struct loom_writer *writer, unsigned patience_ms)
{
    if (writer != NULL) {
        stop_thread(writer, patience_ms);
        loom_writer_step(writer);
        destroy(writer);
    }
}

/* ---- the loop's thread: jobs ----------------------------------------------------------------- */

uint64_t loom_writer_post(struct loom_writer *writer, const struct loom_writer_job *job)
{
    uint64_t mark = 0;
    int64_t posted = now();
    (void)pthread_mutex_lock(&writer->mutex);
    if (!writer->lost && !writer->stopping && writer->posted - writer->told < writer->room) {
        struct slot *slot = slot_of(writer, writer->posted);
        slot->job = *job;
        slot->posted = posted;
        mark = ++writer->posted;
        (void)pthread_cond_signal(&writer->changed);
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return mark;
}

uint64_t loom_writer_passed(const struct loom_writer *writer)
{
    return writer->told;
}

int loom_writer_descriptor(const struct loom_writer *writer)
{
    return writer->notice[0];
}

void loom_writer_step(struct loom_writer *writer)
{
    char byte;
    (void)pthread_mutex_lock(&writer->mutex);
    if (writer->noticed) {
        writer->noticed = read(writer->notice[0], &byte, 1) != 1;
    }
    uint64_t decided = writer->decided;
    bool lost = writer->lost;
    (void)pthread_mutex_unlock(&writer->mutex);
    while (writer->told < decided) {
        /* A copy: `done` may post another job, which may take the place of this one. */
        struct slot slot = *slot_of(writer, writer->told);
        slot.job.done(slot.job.data, slot.status);
        writer->told++;
    }
    if (lost != writer->told_lost) {
        writer->told_lost = lost;
        if (writer->options.changed != NULL) {
            writer->options.changed(writer->options.user, lost);
        }
    }
}

bool loom_writer_lost(struct loom_writer *writer)
{
    int64_t time = now();
    (void)pthread_mutex_lock(&writer->mutex);
    bool lost =
        writer->lost || (writer->decided < writer->posted &&
                         time - slot_of(writer, writer->decided)->posted > LOOM_WRITER_SILENCE_MS);
    (void)pthread_mutex_unlock(&writer->mutex);
    return lost;
}

size_t loom_writer_waiting(struct loom_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    size_t waiting = (size_t)(writer->posted - writer->decided);
    (void)pthread_mutex_unlock(&writer->mutex);
    return waiting;
}

struct loom_database_error loom_writer_error(struct loom_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    struct loom_database_error error = writer->error;
    (void)pthread_mutex_unlock(&writer->mutex);
    return error;
}
