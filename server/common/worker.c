/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "common/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct loom_worker {
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t wanted;
    bool ending;
    struct loom_list queued;
    struct loom_list finished;
    int event;
};

static struct loom_worker_job *first_of(struct loom_list *jobs)
{
    struct loom_worker_job *job = LOOM_LIST_ENTRY(jobs->next, struct loom_worker_job, link);
    loom_list_remove(&job->link);
    return job;
}

static void *run(void *self)
{
    struct loom_worker *worker = self;
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&worker->mutex);
    while (!worker->ending) {
        if (loom_list_is_empty(&worker->queued)) {
            (void)pthread_cond_wait(&worker->wanted, &worker->mutex);
            continue;
        }
        struct loom_worker_job *job = first_of(&worker->queued);
        (void)pthread_mutex_unlock(&worker->mutex);
        job->run(job);
        (void)pthread_mutex_lock(&worker->mutex);
        loom_list_append(&worker->finished, &job->link);
        ssize_t written = write(worker->event, &one, sizeof one);
        (void)written;
    }
    (void)pthread_mutex_unlock(&worker->mutex);
    return NULL;
}

/* Signals are for the loop. */
static bool begin_thread(struct loom_worker *worker)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(&worker->thread, NULL, run, worker) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

struct loom_worker *loom_worker_create(void)
{
    struct loom_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return NULL;
    }
    loom_list_begin(&worker->queued);
    loom_list_begin(&worker->finished);
    (void)pthread_mutex_init(&worker->mutex, NULL);
    (void)pthread_cond_init(&worker->wanted, NULL);
    worker->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->event < 0 || !begin_thread(worker)) {
        if (worker->event >= 0) {
            (void)close(worker->event);
        }
        free(worker);
        return NULL;
    }
    return worker;
}

static void tell_all(struct loom_list *jobs, bool ran)
{
    while (!loom_list_is_empty(jobs)) {
        struct loom_worker_job *job = first_of(jobs);
        job->done(job, ran);
    }
}

void loom_worker_destroy(struct loom_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&worker->mutex);
    worker->ending = true;
    (void)pthread_cond_signal(&worker->wanted);
    (void)pthread_mutex_unlock(&worker->mutex);
    (void)pthread_join(worker->thread, NULL);
    tell_all(&worker->finished, true);
    tell_all(&worker->queued, false);
    (void)pthread_cond_destroy(&worker->wanted);
    (void)pthread_mutex_destroy(&worker->mutex);
    (void)close(worker->event);
    free(worker);
}

void loom_worker_post(struct loom_worker *worker, struct loom_worker_job *job)
{
    loom_list_begin(&job->link);
    (void)pthread_mutex_lock(&worker->mutex);
    loom_list_append(&worker->queued, &job->link);
    (void)pthread_cond_signal(&worker->wanted);
    (void)pthread_mutex_unlock(&worker->mutex);
}

int loom_worker_descriptor(const struct loom_worker *worker)
{
    return worker->event;
}

void loom_worker_step(struct loom_worker *worker)
{
    struct loom_list finished;
    uint64_t count;
    loom_list_begin(&finished);
    (void)pthread_mutex_lock(&worker->mutex);
    ssize_t got = read(worker->event, &count, sizeof count);
    (void)got;
    loom_list_move(&finished, &worker->finished);
    (void)pthread_mutex_unlock(&worker->mutex);
    tell_all(&finished, true);
}
