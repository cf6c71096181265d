/* SPDX-License-Identifier: Apache-2.0 */
/* What login is made of: secrets, passwords, users, sessions, and how long a wrong password costs.
 */
#include "http/base64.h"
#include "http/sessions.h"
#include "http/throttle.h"
#include "http/users.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- secrets --------------------------------------------------------------------------------- */

Test(http_secret, is_kept_as_its_digest)
{
    char one[LOOM_HTTP_SECRET_TEXT];
    char two[LOOM_HTTP_SECRET_TEXT];
    uint8_t kept[LOOM_HTTP_DIGEST_SIZE];
    uint8_t found[LOOM_HTTP_DIGEST_SIZE];
    cr_assert(loom_http_secret_make(two, kept));
    cr_assert(loom_http_secret_make(one, kept));
    cr_assert(strcmp(one, two) != 0);
    cr_assert(loom_http_secret_digest(one, found));
    cr_assert(loom_http_same(kept, found, sizeof kept));
    cr_assert(loom_http_secret_digest(two, found));
    cr_assert(not(loom_http_same(kept, found, sizeof kept)));
    cr_assert(memcmp(one, kept, sizeof kept) != 0);
    one[42] = '\0';
    cr_assert(not(loom_http_secret_digest(one, found)));
    cr_assert(not(loom_http_secret_digest("", found)));
}

/* RFC 4648, 10, without padding. */
Test(http_secret, is_written_in_base64)
{
    static const char *const vectors[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xff\xef", "_-8"}};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char text[16];
        uint8_t bytes[8];
        size_t length = sizeof bytes;
        struct loom_bytes plain = {(const uint8_t *)vectors[i][0], strlen(vectors[i][0])};
        loom_http_base64_write(plain, text);
        cr_assert(eq(str, text, (char *)(uintptr_t)vectors[i][1]));
        cr_assert(eq(sz, strlen(text), LOOM_HTTP_BASE64_LENGTH(plain.length)));
        cr_assert(loom_http_base64_read((struct loom_text){text, strlen(text)}, bytes, &length));
        cr_assert(eq(sz, length, plain.length));
        cr_assert(memcmp(bytes, plain.data, length) == 0);
    }
    static const char *const wrong[] = {"Z", "Zh", "Zm9", "Zg==", "Z+", "Zm9vY", "Zm\x80v"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[8];
        size_t length = sizeof bytes;
        cr_assert(not(loom_http_base64_read((struct loom_text){wrong[i], strlen(wrong[i])}, bytes,
                                            &length)),
                  "%s", wrong[i]);
    }
}

/* ---- passwords ------------------------------------------------------------------------------- */

struct outcome {
    unsigned calls;
    bool good;
    char hash[LOOM_HTTP_HASH_SIZE];
};

static void on_password(void *user, bool good, const char *hash)
{
    struct outcome *outcome = user;
    outcome->calls++;
    outcome->good = good;
    strcpy(outcome->hash, hash == NULL ? "" : hash);
}

static void wait_for(struct loom_http_passwords *passwords, const struct outcome *outcome)
{
    while (outcome->calls == 0) {
        struct pollfd event = {loom_http_passwords_descriptor(passwords), POLLIN, 0};
        cr_assert(poll(&event, 1, 60000) == 1);
        loom_http_passwords_step(passwords);
    }
}

static struct loom_text text_of(const char *text)
{
    return (struct loom_text){text, strlen(text)};
}

Test(http_password, is_hashed_by_yescrypt_in_a_thread)
{
    struct loom_http_passwords *passwords = loom_http_passwords_create();
    struct outcome made = {.calls = 0};
    cr_assert(loom_http_password_hash(passwords, text_of("correct horse"), on_password, &made));
    cr_assert(eq(uint, made.calls, 0));
    wait_for(passwords, &made);
    cr_assert(made.good);
    cr_assert(strncmp(made.hash, "$y$", 3) == 0);
    static const struct {
        const char *password;
        bool good;
    } tries[] = {{"correct horse", true}, {"correct horsf", false}, {"", false}};
    for (size_t i = 0; i < 3; i++) {
        struct outcome checked = {.calls = 0};
        cr_assert(loom_http_password_check(passwords, text_of(tries[i].password), made.hash, false,
                                           on_password, &checked));
        wait_for(passwords, &checked);
        cr_assert(checked.good == tries[i].good, "%s", tries[i].password);
        cr_assert(checked.hash[0] == '\0');
    }
    /* Of nobody, and a hash that is none. */
    static const char *const hashes[] = {NULL, "", "x", "*0", "$y$"};
    for (size_t i = 0; i < 5; i++) {
        struct outcome checked = {.calls = 0};
        cr_assert(loom_http_password_check(passwords, text_of("*0"), hashes[i], false, on_password,
                                           &checked));
        wait_for(passwords, &checked);
        cr_assert(not(checked.good));
    }
    loom_http_passwords_destroy(passwords);
}

Test(http_password, leaves_places_for_who_has_been_here)
{
    struct loom_http_passwords *passwords = loom_http_passwords_create();
    struct outcome outcomes[32];
    memset(outcomes, 0, sizeof outcomes);
    unsigned taken = 0;
    for (unsigned i = 0; i < 16; i++) {
        taken += loom_http_password_check(passwords, text_of("12345678"), NULL, false, on_password,
                                          &outcomes[i])
                     ? 1
                     : 0;
    }
    cr_assert(eq(uint, taken, 6));
    for (unsigned i = 16; i < 32; i++) {
        taken += loom_http_password_check(passwords, text_of("12345678"), NULL, true, on_password,
                                          &outcomes[i])
                     ? 1
                     : 0;
    }
    cr_assert(eq(uint, taken, 12));
    /* All of them are told, so that whoever waits lets go. */
    loom_http_passwords_destroy(passwords);
    unsigned told = 0;
    for (unsigned i = 0; i < 32; i++) {
        told += outcomes[i].calls;
        cr_assert(not(outcomes[i].good));
    }
    cr_assert(eq(uint, told, 12));
}

/* ---- waiting --------------------------------------------------------------------------------- */

static struct loom_http_throttle *throttle;

static void begin_throttle(void)
{
    throttle = loom_http_throttle_create(1);
}

static void end_throttle(void)
{
    loom_http_throttle_destroy(throttle);
}

TestSuite(http_throttle, .init = begin_throttle, .fini = end_throttle);

/* Tries as often as it may until `until`. @return how often that was */
static unsigned guess(const char *user, const char *address, uint64_t *now, uint64_t until)
{
    unsigned tries = 0;
    while (*now < until) {
        uint32_t wait = loom_http_throttle_wait(throttle, user, address, *now);
        *now += wait;
        if (wait == 0) {
            loom_http_throttle_try(throttle, user, address, *now);
            tries++;
        }
    }
    return tries;
}

Test(http_throttle, makes_a_guesser_wait_ever_longer)
{
    uint64_t now = 5000000;
    uint32_t before = 0;
    for (unsigned i = 0; i < 3; i++) {
        cr_assert(eq(u32, loom_http_throttle_wait(throttle, "ann", "192.0.2.1", now), 0));
        loom_http_throttle_try(throttle, "ann", "192.0.2.1", now);
    }
    for (unsigned i = 0; i < 5; i++) {
        uint32_t wait = loom_http_throttle_wait(throttle, "ann", "192.0.2.1", now);
        cr_assert(wait >= before * 2 && wait >= 1000);
        before = wait;
        now += wait;
        cr_assert(eq(u32, loom_http_throttle_wait(throttle, "ann", "192.0.2.1", now - 1), 1));
        loom_http_throttle_try(throttle, "ann", "192.0.2.1", now);
    }
    /* In a day, at one name and at many. */
    cr_assert(guess("ann", "192.0.2.2", &now, now + 86400000) < 1500);
    uint64_t day = now + 86400000;
    unsigned tries = 0;
    for (unsigned i = 0; now < day; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "user%u", i);
        now += loom_http_throttle_wait(throttle, name, "192.0.2.3", now);
        loom_http_throttle_try(throttle, name, "192.0.2.3", now);
        tries++;
    }
    cr_assert(tries < 200, "%u", tries);
}

Test(http_throttle, does_not_lock_an_operator_out)
{
    uint64_t now = 5000000;
    (void)guess("ann", "192.0.2.1", &now, now + 3600000);
    for (unsigned i = 0; i < 200; i++) {
        char address[32];
        (void)snprintf(address, sizeof address, "198.51.100.%u", i);
        loom_http_throttle_try(throttle, "ann", address, now);
        loom_http_throttle_try(throttle, "ann", address, now);
    }
    /* From an address where nothing went wrong, and a slip is forgiven where she has been before.
     */
    cr_assert(eq(u32, loom_http_throttle_wait(throttle, "ann", "203.0.113.9", now), 0));
    loom_http_throttle_try(throttle, "ann", "203.0.113.9", now);
    cr_assert(loom_http_throttle_wait(throttle, "ann", "203.0.113.9", now) > 0);
    loom_http_throttle_succeed(throttle, "ann", "203.0.113.9", now);
    loom_http_throttle_try(throttle, "ann", "203.0.113.9", now);
    cr_assert(eq(u32, loom_http_throttle_wait(throttle, "ann", "203.0.113.9", now), 0));
    cr_assert(loom_http_throttle_knows(throttle, "ann", "203.0.113.9"));
    cr_assert(not(loom_http_throttle_knows(throttle, "ann", "203.0.113.8")));
    cr_assert(not(loom_http_throttle_knows(throttle, "bob", "203.0.113.9")));
    /* Behind a proxy all are one address. */
    (void)guess("ann", "127.0.0.1", &now, now + 600000);
    cr_assert(loom_http_throttle_wait(throttle, "ann", "127.0.0.1", now) <= 5000);
    cr_assert(eq(u32, loom_http_throttle_wait(throttle, "bob", "127.0.0.1", now), 0));
}

Test(http_throttle, takes_a_network_for_one_address)
{
    uint64_t now = 5000000;
    for (unsigned i = 0; i < 20; i++) {
        char address[64];
        (void)snprintf(address, sizeof address, "2001:db8:1:2::%x", i);
        loom_http_throttle_try(throttle, "ann", address, now);
    }
    cr_assert(loom_http_throttle_wait(throttle, "ann", "2001:db8:1:2:ffff::1", now) > 0);
    cr_assert(eq(u32, loom_http_throttle_wait(throttle, "bob", "2001:db8:1:3::1", now), 0));
}

Test(http_throttle, is_not_got_around_by_a_password_of_ones_own)
{
    uint64_t now = 5000000;
    uint64_t day = now + 86400000;
    unsigned tries = 0;
    while (now < day) {
        uint32_t wait = loom_http_throttle_wait(throttle, "ann", "192.0.2.1", now);
        now += wait;
        loom_http_throttle_try(throttle, "ann", "192.0.2.1", now);
        tries++;
        if (loom_http_throttle_wait(throttle, "me", "192.0.2.1", now) == 0) {
            loom_http_throttle_try(throttle, "me", "192.0.2.1", now);
            loom_http_throttle_succeed(throttle, "me", "192.0.2.1", now);
        }
    }
    cr_assert(tries < 1500, "%u", tries);
}

/* ---- users ----------------------------------------------------------------------------------- */

/* A keeper that answers when the test says so. */
struct slow_keeper {
    unsigned asked;
    enum loom_http_change what;
    loom_http_kept_done *done;
    void *data;
};

static void keep(void *self, enum loom_http_change change, const struct loom_http_user *user,
                 const struct loom_http_token *token, uint64_t version, loom_http_kept_done *done,
                 void *data)
{
    struct slow_keeper *keeper = self;
    (void)user;
    (void)token;
    (void)version;
    keeper->asked++;
    keeper->what = change;
    keeper->done = done;
    keeper->data = data;
}

static void on_kept(void *user, enum loom_http_kept result)
{
    *(int *)user = (int)result;
}

static struct loom_http_user make_user(const char *name, enum loom_http_role role)
{
    struct loom_http_user user = {.role = role, .hash = "$y$x"};
    strcpy(user.name, name);
    return user;
}

Test(http_users, change_when_it_is_kept)
{
    struct slow_keeper slow = {.asked = 0};
    struct loom_http_keeper keeper = {keep, &slow};
    struct loom_http_users *users = loom_http_users_create(&keeper);
    struct loom_http_user ann = make_user("ann", LOOM_HTTP_ADMINISTRATOR);
    int result = -1;
    loom_http_users_put(users, &ann, 0, on_kept, &result);
    cr_assert(zero(ptr, (void *)(uintptr_t)loom_http_users_find(users, "ann")));
    slow.done(slow.data, LOOM_HTTP_KEPT_UNAVAILABLE);
    cr_assert(eq(int, result, LOOM_HTTP_KEPT_UNAVAILABLE));
    cr_assert(eq(sz, loom_http_users_count(users), 0));
    loom_http_users_put(users, &ann, 0, on_kept, &result);
    slow.done(slow.data, LOOM_HTTP_KEPT);
    cr_assert(eq(int, result, LOOM_HTTP_KEPT));
    cr_assert(eq(u64, loom_http_users_find(users, "ann")->version, 1));
    /* Of a version that is not there, nobody is asked. */
    loom_http_users_put(users, &ann, 0, on_kept, &result);
    cr_assert(eq(int, result, LOOM_HTTP_KEPT_CONFLICT));
    loom_http_users_drop(users, "ann", 2, on_kept, &result);
    cr_assert(eq(int, result, LOOM_HTTP_KEPT_CONFLICT));
    cr_assert(eq(uint, slow.asked, 2));
    loom_http_users_destroy(users);
}

/* Two administrators that go at once would each see the other one stay. */
Test(http_users, keep_an_administrator)
{
    struct slow_keeper slow = {.asked = 0};
    struct loom_http_keeper keeper = {keep, &slow};
    struct loom_http_users *users = loom_http_users_create(&keeper);
    struct loom_http_user ann = make_user("ann", LOOM_HTTP_ADMINISTRATOR);
    struct loom_http_user bob = make_user("bob", LOOM_HTTP_ADMINISTRATOR);
    struct loom_http_user vic = make_user("vic", LOOM_HTTP_VIEWER);
    int first = -1;
    int second = -1;
    cr_assert(loom_http_users_load_user(users, &ann) && loom_http_users_load_user(users, &bob) &&
              loom_http_users_load_user(users, &vic));
    bob.role = LOOM_HTTP_VIEWER;
    loom_http_users_drop(users, "ann", 0, on_kept, &first);
    struct slow_keeper drop = slow;
    loom_http_users_put(users, &bob, 0, on_kept, &second);
    cr_assert(eq(int, second, LOOM_HTTP_KEPT_CONFLICT));
    loom_http_users_drop(users, "bob", 0, on_kept, &second);
    cr_assert(eq(int, second, LOOM_HTTP_KEPT_CONFLICT));
    cr_assert(eq(uint, slow.asked, 1));
    /* Others change meanwhile. */
    vic.role = LOOM_HTTP_OPERATOR;
    loom_http_users_put(users, &vic, 0, on_kept, &second);
    slow.done(slow.data, LOOM_HTTP_KEPT);
    cr_assert(eq(int, second, LOOM_HTTP_KEPT));
    drop.done(drop.data, LOOM_HTTP_KEPT_UNAVAILABLE);
    cr_assert(eq(int, first, LOOM_HTTP_KEPT_UNAVAILABLE));
    /* What was not kept is in nobody's way. */
    loom_http_users_drop(users, "ann", 0, on_kept, &first);
    slow.done(slow.data, LOOM_HTTP_KEPT);
    cr_assert(eq(int, first, LOOM_HTTP_KEPT));
    /* A change that was allowed when it began, and is not any more. */
    loom_http_users_put(users, &bob, 0, on_kept, &second);
    cr_assert(eq(int, second, LOOM_HTTP_KEPT_CONFLICT));
    loom_http_users_drop(users, "bob", 0, on_kept, &second);
    cr_assert(eq(int, second, LOOM_HTTP_KEPT_CONFLICT));
    cr_assert(eq(uint, slow.asked, 3));
    loom_http_users_destroy(users);
}

Test(http_users, are_found_in_their_order)
{
    struct loom_http_users *users = loom_http_users_create(NULL);
    static const char *const names[] = {"m", "a", "z", "b", "y"};
    char order[16] = "";
    int result;
    for (size_t i = 0; i < 5; i++) {
        struct loom_http_user user = make_user(names[i], LOOM_HTTP_VIEWER);
        loom_http_users_put(users, &user, 0, on_kept, &result);
    }
    for (const struct loom_http_user *user = loom_http_users_after(users, ""); user != NULL;
         user = loom_http_users_after(users, user->name)) {
        strcat(order, user->name);
    }
    cr_assert(eq(str, order, (char *)"abmyz"));
    cr_assert(eq(str, (char *)(uintptr_t)loom_http_users_after(users, "n")->name, (char *)"y"));
    loom_http_users_destroy(users);
}

Test(http_users, take_their_tokens_with_them)
{
    struct loom_http_users *users = loom_http_users_create(NULL);
    struct loom_http_user ann = make_user("ann", LOOM_HTTP_ADMINISTRATOR);
    struct loom_http_user bob = make_user("bob", LOOM_HTTP_VIEWER);
    struct loom_http_token tokens[3];
    char secret[LOOM_HTTP_SECRET_TEXT];
    int result;
    loom_http_users_put(users, &ann, 0, on_kept, &result);
    loom_http_users_put(users, &bob, 0, on_kept, &result);
    cr_assert(not(loom_http_users_has_other_administrator(users, "ann")));
    cr_assert(loom_http_users_has_other_administrator(users, "bob"));
    for (size_t i = 0; i < 3; i++) {
        tokens[i] = (struct loom_http_token){.role = LOOM_HTTP_VIEWER};
        (void)snprintf(tokens[i].id, sizeof tokens[i].id, "%zu", i);
        strcpy(tokens[i].user, i == 1 ? "ann" : "bob");
        cr_assert(loom_http_secret_make(secret, tokens[i].digest));
        loom_http_users_put_token(users, &tokens[i], on_kept, &result);
        cr_assert(eq(int, result, LOOM_HTTP_KEPT));
    }
    cr_assert(eq(str, (char *)(uintptr_t)loom_http_users_find_token(users, tokens[2].digest)->id,
                 (char *)"2"));
    loom_http_users_drop(users, "bob", 1, on_kept, &result);
    cr_assert(zero(ptr, (void *)(uintptr_t)loom_http_users_find_token(users, tokens[2].digest)));
    cr_assert(zero(ptr, (void *)(uintptr_t)loom_http_users_find_token(users, tokens[0].digest)));
    cr_assert(eq(str, (char *)(uintptr_t)loom_http_users_token_after(users, "")->id, (char *)"1"));
    loom_http_users_drop_token(users, "1", on_kept, &result);
    cr_assert(zero(ptr, (void *)(uintptr_t)loom_http_users_token_after(users, "")));
    loom_http_users_drop_token(users, "1", on_kept, &result);
    cr_assert(eq(int, result, LOOM_HTTP_KEPT_CONFLICT));
    loom_http_users_destroy(users);
}

Test(http_users, have_names_that_harm_nobody)
{
    static const char *const good[] = {"a", "ann.lee@example.com", "A_1-2"};
    static const char *const bad[] = {"", "a b", "<b>", "a/b", "a\n", "\xc3\xa4", "a:b"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(loom_http_name_is_good(text_of(good[i])));
    }
    for (size_t i = 0; i < 7; i++) {
        cr_assert(not(loom_http_name_is_good(text_of(bad[i]))), "%s", bad[i]);
    }
    char longest[66];
    memset(longest, 'x', sizeof longest);
    cr_assert(loom_http_name_is_good((struct loom_text){longest, 64}));
    cr_assert(not(loom_http_name_is_good((struct loom_text){longest, 65})));
    cr_assert(not(loom_http_name_is_good((struct loom_text){"a\0b", 3})));
}

/* ---- sessions -------------------------------------------------------------------------------- */

Test(http_sessions, end_in_time)
{
    struct loom_http_sessions sessions;
    char secret[LOOM_HTTP_SECRET_TEXT];
    const uint64_t hour = 3600000;
    uint64_t now = 1000;
    loom_http_sessions_begin(&sessions, 1);
    struct loom_http_session *session = loom_http_sessions_add(&sessions, "ann", now, secret);
    cr_assert(loom_http_sessions_find(&sessions, secret, now + 12 * hour - 1) == session);
    cr_assert(zero(ptr, loom_http_sessions_find(&sessions, secret, now + 12 * hour)));
    cr_assert(eq(sz, sessions.count, 0));
    /* Used all the time, it lasts a week. */
    session = loom_http_sessions_add(&sessions, "ann", now, secret);
    for (unsigned i = 0; i < 7 * 24; i++) {
        session = loom_http_sessions_find(&sessions, secret, now);
        cr_assert(session != NULL);
        session->used = now;
        now += hour;
    }
    cr_assert(zero(ptr, loom_http_sessions_find(&sessions, secret, now)));
    loom_http_sessions_end(&sessions);
}

Test(http_sessions, are_bounded)
{
    struct loom_http_sessions sessions;
    char first[LOOM_HTTP_SECRET_TEXT];
    char other[LOOM_HTTP_SECRET_TEXT];
    char secret[LOOM_HTTP_SECRET_TEXT];
    loom_http_sessions_begin(&sessions, 1);
    (void)loom_http_sessions_add(&sessions, "bob", 1, other);
    (void)loom_http_sessions_add(&sessions, "ann", 1, first);
    for (unsigned i = 0; i < LOOM_HTTP_SESSIONS_OF_ONE - 1; i++) {
        (void)loom_http_sessions_add(&sessions, "ann", 1, secret);
    }
    cr_assert(loom_http_sessions_find(&sessions, first, 1) != NULL);
    (void)loom_http_sessions_add(&sessions, "ann", 1, secret);
    cr_assert(zero(ptr, loom_http_sessions_find(&sessions, first, 1)));
    cr_assert(loom_http_sessions_find(&sessions, other, 1) != NULL);
    for (unsigned i = 0; i < 2 * LOOM_HTTP_SESSIONS_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "u%u", i);
        (void)loom_http_sessions_add(&sessions, name, 1, other);
    }
    cr_assert(eq(sz, sessions.count, LOOM_HTTP_SESSIONS_MAX));
    loom_http_sessions_remove_user(&sessions, "u1999", NULL);
    cr_assert(zero(ptr, loom_http_sessions_find(&sessions, other, 1)));
    loom_http_sessions_end(&sessions);
}
