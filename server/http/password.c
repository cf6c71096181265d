/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* crypt_r(), crypt_gensalt_rn() */

#include "http/password.h"

#include "http/secret.h"

#include "common/list.h"
#include "common/memory.h"

#include <crypt.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Half a second of work; half of the places are for who has been here before, so that strangers
 * cannot take them all. */
#define QUEUE_MAX    12u
#define STRANGER_MAX 6u

/* Of a password that nobody knows: a name that is not there takes as long as one that is. */
static const char nobody[] =
    "$y$j9T$f52hlaZWO832UbTfw0xHy/$EqBwC5/3NXfGD7CAbxtovKg/GbrzM4MyWDRe3TuOptD";

struct job {
    struct loom_list link;
    char password[LOOM_HTTP_PASSWORD_MAX + 1];
    char hash[LOOM_HTTP_HASH_SIZE]; /**< empty: of a new password, which gets one */
    bool is_new;
    bool good;
    loom_http_password_done *done;
    void *user;
};

struct loom_http_passwords {
    pthread_t thread;
    pthread_mutex_t mutex; /**< of all below */
    pthread_cond_t wanted;
    bool ending;
    size_t count;
    struct loom_list queued;
    struct loom_list finished;
    int event;
};

static void free_job(struct job *job)
{
    loom_memory_wipe(job, sizeof *job);
    free(job);
}

/* ---- the thread ------------------------------------------------------------------------------ */

static bool hash_new(const char *password, char hash[LOOM_HTTP_HASH_SIZE], struct crypt_data *data)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting) == NULL) {
        return false;
    }
    const char *made = crypt_r(password, setting, data);
    if (made == NULL || made[0] == '*' || strlen(made) >= LOOM_HTTP_HASH_SIZE) {
        return false;
    }
    strcpy(hash, made);
    return true;
}

static void work_on(struct job *job)
{
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL) {
        return;
    }
    if (job->is_new) {
        job->good = hash_new(job->password, job->hash, data);
    } else {
        const char *made = crypt_r(job->password, job->hash, data);
        size_t length = strlen(job->hash);
        job->good = made != NULL && made[0] != '*' && strlen(made) == length &&
                    loom_http_same(made, job->hash, length);
    }
    loom_memory_wipe(data, sizeof *data);
    free(data);
    loom_memory_wipe(job->password, sizeof job->password);
}

static void *run(void *self)
{
    struct loom_http_passwords *passwords = self;
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&passwords->mutex);
    while (!passwords->ending) {
        if (loom_list_is_empty(&passwords->queued)) {
            (void)pthread_cond_wait(&passwords->wanted, &passwords->mutex);
            continue;
        }
        struct job *job = LOOM_LIST_ENTRY(passwords->queued.next, struct job, link);
        loom_list_remove(&job->link);
        (void)pthread_mutex_unlock(&passwords->mutex);
        work_on(job);
        (void)pthread_mutex_lock(&passwords->mutex);
        loom_list_append(&passwords->finished, &job->link);
        ssize_t written = write(passwords->event, &one, sizeof one);
        (void)written;
    }
    (void)pthread_mutex_unlock(&passwords->mutex);
    return NULL;
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* Signals are for the loop. */
static bool begin_thread(struct loom_http_passwords *passwords)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(&passwords->thread, NULL, run, passwords) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

struct loom_http_passwords *loom_http_passwords_create(void)
{
    struct loom_http_passwords *passwords = calloc(1, sizeof *passwords);
    if (passwords == NULL) {
        return NULL;
    }
    loom_list_begin(&passwords->queued);
    loom_list_begin(&passwords->finished);
    (void)pthread_mutex_init(&passwords->mutex, NULL);
    (void)pthread_cond_init(&passwords->wanted, NULL);
    passwords->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (passwords->event < 0 || !begin_thread(passwords)) {
        if (passwords->event >= 0) {
            (void)close(passwords->event);
        }
        free(passwords);
        return NULL;
    }
    return passwords;
}

static void fail_all(struct loom_list *jobs)
{
    while (!loom_list_is_empty(jobs)) {
        struct job *job = LOOM_LIST_ENTRY(jobs->next, struct job, link);
        loom_list_remove(&job->link);
        job->done(job->user, false, NULL);
        free_job(job);
    }
}

void loom_http_passwords_destroy(struct loom_http_passwords *passwords)
{
    if (passwords == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&passwords->mutex);
    passwords->ending = true;
    (void)pthread_cond_signal(&passwords->wanted);
    (void)pthread_mutex_unlock(&passwords->mutex);
    (void)pthread_join(passwords->thread, NULL);
    fail_all(&passwords->queued);
    fail_all(&passwords->finished);
    (void)pthread_cond_destroy(&passwords->wanted);
    (void)pthread_mutex_destroy(&passwords->mutex);
    (void)close(passwords->event);
    free(passwords);
}

int loom_http_passwords_descriptor(const struct loom_http_passwords *passwords)
{
    return passwords->event;
}

void loom_http_passwords_step(struct loom_http_passwords *passwords)
{
    struct loom_list finished;
    uint64_t count;
    loom_list_begin(&finished);
    (void)pthread_mutex_lock(&passwords->mutex);
    ssize_t got = read(passwords->event, &count, sizeof count);
    (void)got;
    loom_list_move(&finished, &passwords->finished);
    (void)pthread_mutex_unlock(&passwords->mutex);
    while (!loom_list_is_empty(&finished)) {
        struct job *job = LOOM_LIST_ENTRY(finished.next, struct job, link);
        loom_list_remove(&job->link);
        passwords->count--;
        job->done(job->user, job->good, job->is_new && job->good ? job->hash : NULL);
        free_job(job);
    }
}

static bool post(struct loom_http_passwords *passwords, struct loom_text password, const char *hash,
                 size_t places, loom_http_password_done *done, void *user)
{
    if (passwords->count >= places || password.length > LOOM_HTTP_PASSWORD_MAX) {
        return false;
    }
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return false;
    }
    memcpy(job->password, password.data, password.length);
    job->is_new = hash == NULL;
    if (hash != NULL) {
        strncpy(job->hash, hash, sizeof job->hash - 1);
    }
    job->done = done;
    job->user = user;
    loom_list_begin(&job->link);
    passwords->count++;
    (void)pthread_mutex_lock(&passwords->mutex);
    loom_list_append(&passwords->queued, &job->link);
    (void)pthread_cond_signal(&passwords->wanted);
    (void)pthread_mutex_unlock(&passwords->mutex);
    return true;
}

bool loom_http_password_check(struct loom_http_passwords *passwords, struct loom_text password,
                              const char *hash, bool favoured, loom_http_password_done *done,
                              void *user)
{
    return post(passwords, password, hash == NULL ? nobody : hash,
                favoured ? QUEUE_MAX : STRANGER_MAX, done, user);
}

bool loom_http_password_hash(struct loom_http_passwords *passwords, struct loom_text password,
                             loom_http_password_done *done, void *user)
{
    return post(passwords, password, NULL, QUEUE_MAX, done, user);
}

const char *loom_http_password_wrong(struct loom_text password)
{
    if (password.length < LOOM_HTTP_PASSWORD_MIN) {
        return "a password has 8 characters at least";
    }
    return password.length > LOOM_HTTP_PASSWORD_MAX ? "a password has 256 bytes at most" : NULL;
}

bool loom_http_password_hash_now(struct loom_text password, char hash[LOOM_HTTP_HASH_SIZE])
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL || password.length > LOOM_HTTP_PASSWORD_MAX) {
        free(job);
        return false;
    }
    memcpy(job->password, password.data, password.length);
    job->is_new = true;
    work_on(job);
    bool good = job->good;
    strcpy(hash, job->hash);
    free_job(job);
    return good;
}
