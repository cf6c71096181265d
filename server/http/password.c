/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* crypt_r(), crypt_gensalt_rn() */

#include "http/password.h"

#include "http/secret.h"

#include "common/memory.h"
#include "common/worker.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

/* Half a second of work; half of the places are for who has been here before, so that strangers
 * cannot take them all. */
#define QUEUE_MAX    12u
#define STRANGER_MAX 6u

/* Of a password that nobody knows: a name that is not there takes as long as one that is. */
static const char nobody[] =
    "$y$j9T$f52hlaZWO832UbTfw0xHy/$EqBwC5/3NXfGD7CAbxtovKg/GbrzM4MyWDRe3TuOptD";

struct job {
    struct loom_worker_job work;
    struct loom_http_passwords *passwords;
    char password[LOOM_HTTP_PASSWORD_MAX + 1];
    char hash[LOOM_HTTP_HASH_SIZE]; /**< empty: of a new password, which gets one */
    bool is_new;
    bool good;
    loom_http_password_done *done;
    void *user;
};

struct loom_http_passwords {
    struct loom_worker *worker;
    bool ending;
    size_t count;
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

static void run(struct loom_worker_job *work)
{
    work_on(LOOM_WORKER_ENTRY(work, struct job, work));
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void on_done(struct loom_worker_job *work, bool ran)
{
    struct job *job = LOOM_WORKER_ENTRY(work, struct job, work);
    bool good = ran && job->good && !job->passwords->ending;
    job->passwords->count--;
    job->done(job->user, good, job->is_new && good ? job->hash : NULL);
    free_job(job);
}

struct loom_http_passwords *loom_http_passwords_create(void)
{
    struct loom_http_passwords *passwords = calloc(1, sizeof *passwords);
    if (passwords != NULL) {
        passwords->worker = loom_worker_create();
    }
    if (passwords != NULL && passwords->worker == NULL) {
        free(passwords);
        return NULL;
    }
    return passwords;
}

void loom_http_passwords_destroy(struct loom_http_passwords *passwords)
{
    if (passwords != NULL) {
        passwords->ending = true;
        loom_worker_destroy(passwords->worker);
        free(passwords);
    }
}

int loom_http_passwords_descriptor(const struct loom_http_passwords *passwords)
{
    return loom_worker_descriptor(passwords->worker);
}

void loom_http_passwords_step(struct loom_http_passwords *passwords)
{
    loom_worker_step(passwords->worker);
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
    job->work = (struct loom_worker_job){.run = run, .done = on_done};
    job->passwords = passwords;
    job->done = done;
    job->user = user;
    passwords->count++;
    loom_worker_post(passwords->worker, &job->work);
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
