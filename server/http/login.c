/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/login.h"

#include "http/listener.h"
#include "http/sessions.h"
#include "http/throttle.h"

#include "common/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define TOKEN_PREFIX "loom_"

struct loom_http_login {
    struct loom_http_waker waker;
    struct loom_http_gate gate;
    struct loom_http *http;
    struct loom_http_users *users;
    struct loom_http_passwords *passwords;
    struct loom_http_throttle *throttle;
    struct loom_http_sessions sessions;
    void (*audit)(void *user, const struct loom_http_audit *audit);
    void *user;
};

/* A request that waits for a password. */
struct attempt {
    struct loom_http_login *login;
    struct loom_http_request *request; /**< NULL: the client has gone */
    char name[LOOM_HTTP_NAME_SIZE];
    char hash[LOOM_HTTP_HASH_SIZE]; /**< that the password is held against; "": of no user */
    bool confirms;                  /**< who has a session already */
    loom_http_login_answer *answer;
    loom_http_login_hashed *hashed;
    void *user;
};

/* ---- the gate -------------------------------------------------------------------------------- */

static const char *cookie_name(const struct loom_http_request *request)
{
    return loom_http_is_secure(request) ? "__Host-loom" : "loom";
}

static uint64_t now_of(const struct loom_http_request *request)
{
    return request->http->now(request->http->user);
}

static struct loom_http_session *session_of(struct loom_http_login *login,
                                            struct loom_http_request *request)
{
    const char *secret = loom_http_cookie(request, cookie_name(request));
    return secret == NULL ? NULL
                          : loom_http_sessions_find(&login->sessions, secret, now_of(request));
}

static void tell(struct loom_http_who *who, const struct loom_http_user *user,
                 enum loom_http_role role, enum loom_http_proof proof)
{
    who->role = role < user->role ? role : user->role;
    who->proof = proof;
    strcpy(who->name, user->name);
}

static bool admit_token(struct loom_http_login *login, const char *field, struct loom_http_who *who)
{
    uint8_t digest[LOOM_HTTP_DIGEST_SIZE];
    size_t prefix = strlen(TOKEN_PREFIX);
    if (strncasecmp(field, "Bearer ", 7) != 0 || strncmp(field + 7, TOKEN_PREFIX, prefix) != 0 ||
        !loom_http_secret_digest(field + 7 + prefix, digest)) {
        return false;
    }
    const struct loom_http_token *token = loom_http_users_find_token(login->users, digest);
    const struct loom_http_user *user =
        token == NULL ? NULL : loom_http_users_find(login->users, token->user);
    if (user == NULL || (token->expires != 0 && token->expires <= loom_http_login_time())) {
        return false;
    }
    tell(who, user, token->role, LOOM_HTTP_TOKEN);
    loom_http_users_use(login->users, token, loom_http_login_time());
    return true;
}

/* What is sent by a program on purpose goes before what a browser sends by itself. */
static bool admit(void *self, struct loom_http_request *request, struct loom_http_who *who)
{
    struct loom_http_login *login = self;
    const char *field = loom_http_header(request, "Authorization");
    if (field != NULL) {
        return admit_token(login, field, who);
    }
    if (loom_http_cookie(request, cookie_name(request)) == NULL) {
        return true;
    }
    struct loom_http_session *session = session_of(login, request);
    const struct loom_http_user *user =
        session == NULL ? NULL : loom_http_users_find(login->users, session->user);
    if (user == NULL) {
        return false;
    }
    session->used = now_of(request);
    tell(who, user, user->role, LOOM_HTTP_COOKIE);
    return true;
}

static bool is_closed(void *self)
{
    const struct loom_http_login *login = self;
    return loom_http_users_count(login->users) > 0;
}

const struct loom_http_gate *loom_http_login_gate(struct loom_http_login *login)
{
    return &login->gate;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void wake(struct loom_http_waker *waker)
{
    struct loom_http_login *login = (struct loom_http_login *)(void *)waker;
    loom_http_passwords_step(login->passwords);
}

struct loom_http_login *
loom_http_login_create(struct loom_http_users *users,
                       void (*audit)(void *user, const struct loom_http_audit *audit), void *user)
{
    struct loom_http_login *login = calloc(1, sizeof *login);
    uint64_t seeds[2] = {0, 0};
    if (login == NULL || !loom_http_random(seeds, sizeof seeds)) {
        free(login);
        return NULL;
    }
    login->waker.wake = wake;
    login->gate = (struct loom_http_gate){is_closed, admit, login};
    login->users = users;
    login->audit = audit;
    login->user = user;
    loom_http_sessions_begin(&login->sessions, seeds[0]);
    login->throttle = loom_http_throttle_create(seeds[1]);
    login->passwords = loom_http_passwords_create();
    if (login->throttle == NULL || login->passwords == NULL) {
        loom_http_login_destroy(login);
        return NULL;
    }
    return login;
}

void loom_http_login_destroy(struct loom_http_login *login)
{
    if (login != NULL) {
        loom_http_passwords_destroy(login->passwords);
        loom_http_throttle_destroy(login->throttle);
        loom_http_sessions_end(&login->sessions);
        free(login);
    }
}

bool loom_http_login_attach(struct loom_http_login *login, struct loom_http *http)
{
    login->http = http;
    return loom_http_watch(http, loom_http_passwords_descriptor(login->passwords), &login->waker);
}

void loom_http_login_detach(struct loom_http_login *login)
{
    loom_http_unwatch(login->http, loom_http_passwords_descriptor(login->passwords));
    login->http = NULL;
}

/* ---- logging in ------------------------------------------------------------------------------ */

static void write_down(struct loom_http_login *login, struct loom_http_request *request,
                       const char *action, const char *who, const char *result)
{
    const struct loom_http_audit audit = {
        action, who, request == NULL ? "" : loom_http_address(request), "", result};
    if (login->audit != NULL) {
        login->audit(login->user, &audit);
    }
}

static void gone(void *user)
{
    struct attempt *attempt = user;
    attempt->request = NULL;
}

static struct attempt *begin(struct loom_http_login *login, struct loom_http_request *request,
                             void *user)
{
    struct attempt *attempt = calloc(1, sizeof *attempt);
    if (attempt != NULL) {
        attempt->login = login;
        attempt->request = request;
        attempt->user = user;
    }
    return attempt;
}

static void answer_busy(struct loom_http_request *request)
{
    loom_http_add_header(request, "Retry-After", "2");
    loom_http_problem(request, 503, "busy", "too many passwords are being looked at");
}

static void add_cookie(struct loom_http_request *request, const char *secret, uint64_t seconds)
{
    char field[200];
    (void)snprintf(field, sizeof field, "%s=%s; Path=/; Max-Age=%llu; HttpOnly; SameSite=Strict%s",
                   cookie_name(request), secret, (unsigned long long)seconds,
                   loom_http_is_secure(request) ? "; Secure" : "");
    loom_http_add_header(request, "Set-Cookie", field);
}

static void refuse_password(const struct attempt *attempt)
{
    write_down(attempt->login, attempt->request, "login", attempt->name, "wrong-password");
    if (attempt->confirms) {
        loom_http_problem(attempt->request, 403, "wrong-password", "the password is wrong");
    } else {
        loom_http_problem(attempt->request, 401, "wrong-password", "name or password is wrong");
    }
}

static void open_session(const struct attempt *attempt)
{
    struct loom_http_login *login = attempt->login;
    struct loom_http_request *request = attempt->request;
    char secret[LOOM_HTTP_SECRET_TEXT];
    uint64_t now = now_of(request);
    /* Who had a session in this browser has another one now, so none can be foisted on anybody. */
    struct loom_http_session *before = session_of(login, request);
    if (before != NULL) {
        loom_http_sessions_remove(&login->sessions, before);
    }
    if (loom_http_sessions_add(&login->sessions, attempt->name, now, secret) == NULL) {
        loom_http_problem(request, 503, "busy", "there is no room for another session");
        return;
    }
    write_down(login, request, "login", attempt->name, "done");
    add_cookie(request, secret, LOOM_HTTP_SESSION_LONGEST_S);
    attempt->answer(attempt->user, request, attempt->name);
}

static void accept_password(const struct attempt *attempt)
{
    struct loom_http_request *request = attempt->request;
    loom_http_throttle_succeed(attempt->login->throttle, attempt->name, loom_http_address(request),
                               now_of(request));
    if (attempt->confirms) {
        attempt->answer(attempt->user, request, attempt->name);
    } else {
        open_session(attempt);
    }
}

/* Whether the password is still the one that was held against. Who replaces it wants nobody in who
 * knows the old one. */
static bool is_current(const struct attempt *attempt)
{
    const struct loom_http_user *user = loom_http_users_find(attempt->login->users, attempt->name);
    return user != NULL && strcmp(user->hash, attempt->hash) == 0;
}

static void free_attempt(struct attempt *attempt)
{
    loom_memory_wipe(attempt, sizeof *attempt);
    free(attempt);
}

static void checked(void *user, bool good, const char *hash)
{
    struct attempt *attempt = user;
    (void)hash;
    if (attempt->request != NULL) {
        if (good && is_current(attempt)) {
            accept_password(attempt);
        } else {
            refuse_password(attempt);
        }
    }
    free_attempt(attempt);
}

static bool is_throttled(struct loom_http_login *login, struct loom_http_request *request,
                         const char *name)
{
    char seconds[16];
    uint32_t wait =
        loom_http_throttle_wait(login->throttle, name, loom_http_address(request), now_of(request));
    if (wait == 0) {
        return false;
    }
    write_down(login, request, "login", name, "too-soon");
    (void)snprintf(seconds, sizeof seconds, "%u", (unsigned)((wait + 999) / 1000));
    loom_http_add_header(request, "Retry-After", seconds);
    loom_http_problem(request, 429, "too-soon", "too many have failed; wait %s s", seconds);
    return true;
}

/* Takes the attempt. */
static void try_password(struct attempt *attempt, struct loom_text password)
{
    struct loom_http_login *login = attempt->login;
    struct loom_http_request *request = attempt->request;
    if (is_throttled(login, request, attempt->name)) {
        free(attempt);
        return;
    }
    const char *address = loom_http_address(request);
    const struct loom_http_user *known = loom_http_users_find(login->users, attempt->name);
    if (password.length > LOOM_HTTP_PASSWORD_MAX) {
        password.length = 0;
        known = NULL;
    }
    if (known != NULL) {
        strcpy(attempt->hash, known->hash);
    }
    bool favoured = loom_http_throttle_knows(login->throttle, attempt->name, address);
    if (!loom_http_password_check(login->passwords, password, known == NULL ? NULL : attempt->hash,
                                  favoured, checked, attempt)) {
        free_attempt(attempt);
        answer_busy(request);
        return;
    }
    loom_http_throttle_try(login->throttle, attempt->name, address, now_of(request));
    loom_http_defer(request, gone, attempt);
}

void loom_http_login_open(struct loom_http_login *login, struct loom_http_request *request,
                          struct loom_text name, struct loom_text password,
                          loom_http_login_answer *answer, void *user)
{
    struct attempt *attempt = begin(login, request, user);
    if (attempt == NULL) {
        answer_busy(request);
        return;
    }
    /* A name that cannot be one is that of nobody. */
    if (loom_http_name_is_good(name)) {
        memcpy(attempt->name, name.data, name.length);
    }
    attempt->answer = answer;
    try_password(attempt, password);
}

void loom_http_login_confirm(struct loom_http_login *login, struct loom_http_request *request,
                             struct loom_text password, loom_http_login_answer *answer, void *user)
{
    struct attempt *attempt = begin(login, request, user);
    if (attempt == NULL) {
        answer_busy(request);
        return;
    }
    strcpy(attempt->name, loom_http_who(request)->name);
    attempt->confirms = true;
    attempt->answer = answer;
    try_password(attempt, password);
}

/* ---- sessions -------------------------------------------------------------------------------- */

void loom_http_login_close(struct loom_http_login *login, struct loom_http_request *request)
{
    struct loom_http_session *session = session_of(login, request);
    if (session != NULL) {
        write_down(login, request, "logout", session->user, "done");
        loom_http_sessions_remove(&login->sessions, session);
        loom_http_login_review(login);
    }
    add_cookie(request, "", 0);
}

int64_t loom_http_login_expires(struct loom_http_login *login, struct loom_http_request *request)
{
    const struct loom_http_session *session = session_of(login, request);
    return session == NULL
               ? 0
               : loom_http_login_time() +
                     (int64_t)(loom_http_session_rest(session, now_of(request)) / 1000u);
}

void loom_http_login_end(struct loom_http_login *login, const char *name,
                         struct loom_http_request *but)
{
    loom_http_sessions_remove_user(&login->sessions, name,
                                   but == NULL ? NULL : session_of(login, but));
}

void loom_http_login_review(struct loom_http_login *login)
{
    if (login->http != NULL) {
        loom_http_review(login->http);
    }
}

/* ---- new passwords --------------------------------------------------------------------------- */

static void hashed(void *user, bool good, const char *hash)
{
    struct attempt *attempt = user;
    attempt->hashed(attempt->user, attempt->request, good ? hash : NULL);
    free(attempt);
}

void loom_http_login_hash(struct loom_http_login *login, struct loom_http_request *request,
                          struct loom_text password, loom_http_login_hashed *done, void *user)
{
    struct attempt *attempt = begin(login, request, user);
    if (attempt == NULL) {
        done(user, request, NULL);
        return;
    }
    attempt->hashed = done;
    if (!loom_http_password_hash(login->passwords, password, hashed, attempt)) {
        free(attempt);
        done(user, request, NULL);
        return;
    }
    loom_http_defer(request, gone, attempt);
}

/* ---- the rest -------------------------------------------------------------------------------- */

void loom_http_login_audit(struct loom_http_login *login, struct loom_http_request *request,
                           const char *subject, const char *result)
{
    const struct loom_http_route *route = request == NULL ? NULL : loom_http_route(request);
    const struct loom_http_audit audit = {
        route == NULL ? "" : route->operation, request == NULL ? "" : loom_http_who(request)->name,
        request == NULL ? "" : loom_http_address(request), subject, result};
    if (login->audit != NULL) {
        login->audit(login->user, &audit);
    }
}

struct loom_http_users *loom_http_login_users(struct loom_http_login *login)
{
    return login->users;
}

int64_t loom_http_login_time(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec;
}
