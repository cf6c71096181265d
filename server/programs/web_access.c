/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/web_access.h"

#include "common/memory.h"
#include "events/print.h"
#include "programs/version.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- the record ------------------------------------------------------------------------------ */

/* What is written down of one deed; texts may be hostile. */
struct deed {
    const char *action;
    const char *who;
    const char *address;
    const char *path; /**< NULL: none */
    const char *result;
    unsigned status; /**< 0: none */
};

static void print_deed(struct loom_program *program, const struct deed *deed, bool strange)
{
    struct loom_program_line line;
    if (!loom_program_begin_event(program, &line, loom_program_now(program),
                                  strange ? "login-failed" : "audit",
                                  strange ? LOOM_LOG_WARNING : LOOM_LOG_INFO)) {
        return;
    }
    if (line.json != NULL) {
        loom_json_string(line.json, "action", deed->action);
        loom_json_string(line.json, "who", deed->who);
        loom_json_string(line.json, "address", deed->address);
        if (deed->path != NULL) {
            loom_json_string(line.json, "path", deed->path);
        }
        if (deed->status != 0) {
            loom_json_integer(line.json, "status", deed->status);
        } else {
            loom_json_string(line.json, "result", deed->result);
        }
    } else {
        (void)fprintf(line.out, "%-12s %s by ", strange ? "login-failed" : "audit", deed->action);
        loom_print_text(line.out, loom_program_text(deed->who));
        (void)fprintf(line.out, " from %s", deed->address);
        if (deed->path != NULL) {
            (void)fputs(" at ", line.out);
            loom_print_text(line.out, loom_program_text(deed->path));
        }
        if (deed->status != 0) {
            (void)fprintf(line.out, ": %u", deed->status);
        } else {
            (void)fprintf(line.out, ": %s", deed->result);
        }
    }
    loom_program_end_line(program, &line);
}

static int64_t now_ms(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void keep_deed(struct loom_program_access *access, const struct deed *deed)
{
    const struct loom_kept_deed kept = {.who = deed->who,
                                        .address = deed->address,
                                        .action = deed->action,
                                        .target = deed->path == NULL ? "" : deed->path,
                                        .status = deed->status,
                                        .detail = deed->result[0] == '\0' ? NULL : deed->result};
    loom_kept_users_deed(&access->kept, &kept, now_ms());
}

static void write_down(struct loom_program_access *access, const struct deed *deed)
{
    keep_deed(access, deed);
    print_deed(access->program, deed, false);
}

/* Anybody can cause these: a few of each address are kept and printed, and then their number. One
 * that came too soon was not looked at; it is kept nowhere, and has a limit of its own, so that it
 * hides none of the others. */
static void write_failure_down(struct loom_program_access *access, const struct deed *deed)
{
    bool too_soon = strcmp(deed->result, "too-soon") == 0;
    bool may = loom_program_may_say(access->program, too_soon ? "login-too-soon" : "login-failed");
    if (too_soon ? !may
                 : !loom_program_failures_note(&access->failures, deed->address, may,
                                               loom_program_now(access->program))) {
        return;
    }
    if (!too_soon) {
        keep_deed(access, deed);
    }
    print_deed(access->program, deed, true);
}

/* By another node. */
static void on_ended(void *user, const char *name)
{
    loom_http_login_end(((const struct loom_program_access *)user)->login, name, NULL);
}

void loom_program_access_step(struct loom_program_access *access, bool all)
{
    loom_kept_users_step(&access->kept, now_ms());
    uint64_t now = loom_program_now(access->program) + (all ? LOOM_PROGRAM_FAILURES_MS : 0);
    struct loom_program_failed failed;
    while (loom_program_failures_take(&access->failures, now, &failed)) {
        char result[32];
        (void)snprintf(result, sizeof result, "%" PRIu64 " more", failed.counted);
        const struct deed deed = {"login", "", failed.address, NULL, result, 0};
        keep_deed(access, &deed);
        print_deed(access->program, &deed, true);
    }
}

uint64_t loom_program_access_deadline(const struct loom_program_access *access)
{
    return loom_program_failures_deadline(&access->failures);
}

/* Logins, of which the request alone does not tell who it was. */
static void on_audit(void *user, const struct loom_http_audit *audit)
{
    struct loom_program_access *access = user;
    const struct deed deed = {audit->action, audit->who, audit->address, NULL, audit->result, 0};
    bool is_login = strcmp(audit->action, "login") == 0;
    if (is_login && strcmp(audit->result, "done") != 0) {
        write_failure_down(access, &deed);
    } else if (is_login || strcmp(audit->action, "logout") == 0) {
        write_down(access, &deed);
    }
}

void loom_program_access_tell(struct loom_program_access *access, const struct loom_http_done *done)
{
    if (!done->changes || done->route == NULL || done->who[0] == '\0' || done->status == 0) {
        return;
    }
    const struct deed deed = {
        done->route->operation, done->who, done->address, done->path, "", done->status};
    write_down(access, &deed);
}

/* ---- the first user -------------------------------------------------------------------------- */

/* The first line of a file, without stdio, whose buffer would keep it. @return false: see errno */
static bool read_line(const char *file, char line[LOOM_HTTP_PASSWORD_MAX + 2])
{
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    ssize_t length = read(descriptor, line, LOOM_HTTP_PASSWORD_MAX + 1);
    int error = errno;
    (void)close(descriptor);
    line[length < 0 ? 0 : length] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    errno = error;
    return length >= 0;
}

static bool load(struct loom_program_access *access, struct loom_database *database)
{
    enum loom_database_status status = loom_kept_users_load(database, access->users);
    if (status != LOOM_DATABASE_OK) {
        loom_program_fail(access->program, "cannot read the users: %s",
                          status == LOOM_DATABASE_FULL ? "there are too many of them"
                                                       : loom_database_error(database));
    }
    return status == LOOM_DATABASE_OK;
}

/* Another server that begins at the same time may be the first one. @return false after an error,
 * which has been printed */
static bool store_first(struct loom_program_access *access, const struct loom_http_user *user,
                        struct loom_database *database)
{
    enum loom_database_status status =
        database == NULL ? LOOM_DATABASE_OK : loom_kept_users_add(database, user);
    if (status == LOOM_DATABASE_CONFLICT) {
        return load(access, database);
    }
    if (status != LOOM_DATABASE_OK) {
        loom_program_fail(access->program, "cannot store the first user: %s",
                          loom_database_error(database));
        return false;
    }
    return loom_http_users_load_user(access->users, user);
}

/* With a password that is in a file, a program may be reached from elsewhere from its first start
 * on. */
static bool add_administrator(struct loom_program_access *access, const char *file,
                              struct loom_database *database)
{
    char line[LOOM_HTTP_PASSWORD_MAX + 2];
    struct loom_http_user user = {
        .name = "admin", .role = LOOM_HTTP_ADMINISTRATOR, .created = loom_http_login_time()};
    user.changed = user.created;
    if (!read_line(file, line)) {
        loom_program_fail(access->program, "cannot read %s: %s", file, strerror(errno));
        return false;
    }
    struct loom_text password = {line, strlen(line)};
    const char *wrong = loom_http_password_wrong(password);
    bool good = wrong == NULL && loom_http_password_hash_now(password, user.hash);
    loom_memory_wipe(line, sizeof line);
    if (!good) {
        loom_program_fail(access->program, "%s: %s", file,
                          wrong == NULL ? "the password cannot be hashed" : wrong);
        return false;
    }
    return store_first(access, &user, database);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

bool loom_program_access_begin(struct loom_program_access *access, struct loom_program *program,
                               struct loom_database *database)
{
    const char *file = program->settings.http_password_file;
    loom_kept_users_begin(&access->kept);
    struct loom_http_keeper keeper = loom_kept_users_keeper(&access->kept);
    access->program = program;
    access->users = loom_http_users_create(database == NULL ? NULL : &keeper);
    access->login =
        access->users == NULL ? NULL : loom_http_login_create(access->users, on_audit, access);
    if (access->login == NULL) {
        loom_program_fail(program, "out of memory");
        return false;
    }
    if (database != NULL) {
        loom_kept_users_look(&access->kept, access->users, on_ended, access);
    }
    access->routes = (struct loom_web_access){access->login, program->name, LOOM_VERSION};
    return (database == NULL || load(access, database)) &&
           (file == NULL || loom_http_users_count(access->users) > 0 ||
            add_administrator(access, file, database));
}

void loom_program_access_write(struct loom_program_access *access, struct loom_writer *writer)
{
    loom_kept_users_write(&access->kept, writer);
}

bool loom_program_access_attach(struct loom_program_access *access, struct loom_http *http)
{
    if (loom_http_login_attach(access->login, http) &&
        loom_web_access_begin(&access->routes, http)) {
        return true;
    }
    loom_program_fail(access->program, "cannot start HTTP: %s", strerror(errno));
    return false;
}

void loom_program_access_detach(struct loom_program_access *access)
{
    if (access->login != NULL) {
        loom_http_login_detach(access->login);
    }
}

void loom_program_access_end(struct loom_program_access *access)
{
    if (access->users != NULL) {
        loom_kept_users_end(&access->kept);
    }
    loom_http_login_destroy(access->login);
    loom_http_users_destroy(access->users);
    access->login = NULL;
    access->users = NULL;
}
