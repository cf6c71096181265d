/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts that outlive the program, and what may happen to their files (seam 5, rules ).
 */
#define _POSIX_C_SOURCE 200809L

#include "folder.h"
#include "probe.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct probe probe;
static struct folder folder;

static void start(void)
{
    folder_make(&folder);
    snprintf(probe.state, sizeof probe.state, "%s", folder.path);
}

static void stop(void)
{
    probe_stop(&probe);
    folder_remove(&folder);
}

TestSuite(state, .init = start, .fini = stop, .timeout = 60);

static const char *path_of(const char *name)
{
    static char path[160];

    snprintf(path, sizeof path, "%s/%s", folder.path, name);
    return path;
}

static void expect_register(const char *arguments)
{
    struct message request;
    char query[128];

    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", NULL);
}

/* A device that has been bootstrapped does not bootstrap again (rule A-10). */
Test(state, outlives_the_program)
{
    probe_settle(&probe, "1.1", 321);
    cr_expect_eq(process_count(&probe.client, "state-saved", NULL), 1u);
    probe_restart(&probe, "1.1");
    process_next(&probe.client, "factory", "accounts", "1", NULL);
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
}

/* What a server writes into its account lasts, too. */
Test(state, keeps_what_a_server_wrote)
{
    struct message request;

    probe_settle(&probe, "1.1", 321);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/1", "123"), 2, 4);
    probe_expect_update(&probe, &request, "?lt=123");
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=123?lwm2m=1.1?b=U");
}

/* Keys are in it: nobody else may read it. */
Test(state, is_private)
{
    struct dirent *entry;
    struct stat status;
    unsigned files = 0;
    DIR *list;

    probe_settle(&probe, "1.1", 321);
    list = opendir(folder.path);
    cr_assert_not_null(list);
    while ((entry = readdir(list)) != NULL) {
        /* The client is at work: what it wrote may have got its name in the meantime. */
        if (stat(path_of(entry->d_name), &status) == 0 && S_ISREG(status.st_mode)) {
            cr_expect_eq(status.st_mode & 07777, 0600u, "%s", entry->d_name);
            files++;
        }
    }
    closedir(list);
    cr_expect_geq(files, 1u);
}

/* Nothing of a bootstrap that was not finished is stored. */
Test(state, begins_with_the_finish)
{
    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    cr_expect_eq(process_count(&probe.client, "state-saved", NULL), 0u);
    probe_restart(&probe, "1.1");
    process_next(&probe.client, "factory", "accounts", "0", NULL);
    probe_accept(&probe);
}

/* ---- damage ---------------------------------------------------------------------------------- */

#define FILE_MAX 8192u

struct file {
    const char *name;
    uint8_t bytes[FILE_MAX];
    size_t length;
};

static void keep(struct file *file, const char *name)
{
    file->name = name;
    file->length = folder_read(&folder, name, file->bytes, sizeof file->bytes - 1);
    cr_assert_gt(file->length, 20u);
}

static void put(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(path_of(name), "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

enum damage { FLIPPED_HEAD, FLIPPED, CUT, SHORT, EMPTY, ZEROS, FOREIGN, DAMAGES };

static void damage(const struct file *file, enum damage kind)
{
    uint8_t bytes[FILE_MAX];
    size_t length = file->length;

    memcpy(bytes, file->bytes, length);
    switch (kind) {
    case FLIPPED_HEAD:
        bytes[0] ^= 1u;
        break;
    case FLIPPED:
        bytes[length - 1] ^= 1u;
        break;
    case CUT:
        length--;
        break;
    case SHORT:
        length = 5;
        break;
    case EMPTY:
        length = 0;
        break;
    case ZEROS:
        memset(bytes, 0, length);
        break;
    case FOREIGN:
    case DAMAGES:
        memset(bytes, 'x', length);
        break;
    }
    put(file->name, bytes, length);
}

/* Two records: the newest, with a lifetime of 123 s, and the one before, with 321 s. */
static void settle_twice(struct file *newest, struct file *before)
{
    struct message request;

    probe_settle(&probe, "1.1", 321);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/1", "123"), 2, 4);
    probe_expect_update(&probe, &request, "?lt=123");
    process_stop(&probe.client);
    keep(before, "accounts.0");
    keep(newest, "accounts.1");
}

/* Issue: the previous good state is used. */
Test(state, falls_back_to_the_one_before)
{
    struct file newest;
    struct file before;

    settle_twice(&newest, &before);
    for (int kind = 0; kind < DAMAGES; kind++) {
        damage(&newest, (enum damage)kind);
        probe_restart(&probe, "1.1");
        process_event(&probe.client, "state-recovered", NULL);
        cr_expect_not_null(
            strstr(process_member(&probe.client, "text"), "the previous ones are used"));
        expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    }
}

/* An old record that is damaged is no loss. */
Test(state, does_not_need_the_one_before)
{
    struct file newest;
    struct file before;

    settle_twice(&newest, &before);
    for (int kind = 0; kind < DAMAGES; kind++) {
        damage(&before, (enum damage)kind);
        probe_restart(&probe, "1.1");
        expect_register("?ep=probe?lt=123?lwm2m=1.1?b=U");
    }
}

/* Nothing is whole: the device finds its way with what it began with (rule A-10), and the files are
 * left for people to look at until a bootstrap has brought something better. */
Test(state, begins_anew_where_nothing_is_whole)
{
    static uint8_t after[FILE_MAX];
    struct file newest;
    struct file before;

    settle_twice(&newest, &before);
    for (int kind = 0; kind < DAMAGES; kind++) {
        damage(&before, (enum damage)kind);
        damage(&newest, FOREIGN);
        probe_restart(&probe, "1.1");
        process_event(&probe.client, "state-recovered", NULL);
        cr_expect_not_null(strstr(process_member(&probe.client, "text"), "initial accounts"));
        process_next(&probe.client, "factory", "accounts", "0", NULL);
        probe_accept(&probe);
        cr_assert_eq(folder_read(&folder, newest.name, after, sizeof after), newest.length);
        cr_expect_eq(after[0], 'x', "the file was touched");
    }
    probe_provision(&probe, 0, 77);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    expect_register("?ep=probe?lt=77?lwm2m=1.1?b=U");
    probe_restart(&probe, "1.1");
    process_next(&probe.client, "factory", "accounts", "1", NULL);
    expect_register("?ep=probe?lt=77?lwm2m=1.1?b=U");
}

/* Whichever file of the folder it is, the device comes up and registers. */
Test(state, survives_damage_of_any_file)
{
    static const char *const names[] = {"accounts.0", "accounts.1", "state.0", "state.1"};
    struct file newest;
    struct file before;

    settle_twice(&newest, &before);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put(names[i], "not a record", 12);
        probe_restart(&probe, "1.1");
        if (i < 2) {
            expect_register(i == 1 ? "?ep=probe?lt=321?lwm2m=1.1?b=U"
                                   : "?ep=probe?lt=123?lwm2m=1.1?b=U");
        } else {
            probe_register(&probe);
        }
        process_stop(&probe.client);
        put(before.name, before.bytes, before.length);
        put(newest.name, newest.bytes, newest.length);
    }
}

/* A pipe or a link in the place of a file is neither waited for nor followed. */
Test(state, is_in_plain_files_only)
{
    struct file newest;
    struct file before;

    settle_twice(&newest, &before);
    cr_assert_eq(unlink(path_of("accounts.1")), 0);
    cr_assert_eq(mkfifo(path_of("accounts.1"), 0600), 0);
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    process_stop(&probe.client);
    put("elsewhere", newest.bytes, newest.length);
    cr_assert_eq(unlink(path_of("accounts.1")), 0);
    cr_assert_eq(symlink("elsewhere", path_of("accounts.1")), 0);
    probe_restart(&probe, "1.1");
    process_event(&probe.client, "store-error", NULL);
    cr_expect_not_null(strstr(process_member(&probe.client, "text"), "not a regular file"));
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
}

/* Two clients would undo each other's saves. */
Test(state, belongs_to_one_client)
{
    struct process other = {.name = NULL};

    probe_settle(&probe, "1.1", 321);
    process_start(&other, "loom-client", "--endpoint", "other", "--bootstrap", probe.bootstrap.uri,
                  "--state", probe.state, NULL);
    process_error_with(&other, "another program uses this directory");
    cr_expect_eq(process_wait(&other), 1);
    process_stop(&other);
    probe_expect_value(&probe, "/1/0/1", "321");
}

/* ---- kill -9 --------------------------------------------------------------------------------- */

#define KILLS 27

/* Where a client dies. */
enum moment {
    BEFORE_THE_FINISH,
    AROUND_THE_FINISH, /* its answer is not waited for */
    AFTER_THE_FINISH,  /* and before its Register is answered */
    AROUND_A_WRITE,    /* of a server, into its account */
    AFTER_A_WRITE,
    DURING_REGISTRATION,
    MOMENTS
};

static void spin(unsigned microseconds)
{
    struct timespec time;
    uint64_t end;

    clock_gettime(CLOCK_MONOTONIC, &time);
    end = (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u + microseconds;
    do {
        clock_gettime(CLOCK_MONOTONIC, &time);
    } while ((uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u < end);
}

/* Kills it, and forgets what it had sent. */
static void kill_client(void)
{
    process_signal(&probe.client, SIGKILL);
    cr_expect_eq(process_wait(&probe.client), 128 + SIGKILL);
    process_stop(&probe.client);
    peer_close(&probe.bootstrap);
    peer_close(&probe.server);
    peer_reopen(&probe.bootstrap);
    peer_reopen(&probe.server);
}

static struct message send_request(struct udp_peer *peer, uint8_t method, const char *path,
                                   const char *payload)
{
    struct peer_request request = {.method = method,
                                   .path = path,
                                   .accept = MESSAGE_ABSENT,
                                   .format = payload[0] == '\0' ? MESSAGE_ABSENT : FORMAT_TEXT,
                                   .payload = payload,
                                   .length = strlen(payload)};

    return peer_request(peer, &request);
}

/* Leads a client, which is registered unless it is new, to its end at a moment of a bootstrap that
 * brings this lifetime. @return whether the new lifetime is known to be stored */
static bool die_in_bootstrap(enum moment moment, long lifetime, unsigned delay)
{
    struct message request;

    probe_provision(&probe, 0, lifetime);
    if (moment == AROUND_THE_FINISH) {
        send_request(&probe.bootstrap, METHOD_POST, "/bs", "");
        spin(delay);
    } else if (moment == AFTER_THE_FINISH) {
        EXPECT_CODE(probe_finish(&probe), 2, 4);
        peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    }
    return moment == AFTER_THE_FINISH;
}

static bool die_in_service(enum moment moment, long lifetime, unsigned delay)
{
    char text[16];

    snprintf(text, sizeof text, "%ld", lifetime);
    if (moment == AROUND_A_WRITE) {
        send_request(&probe.server, METHOD_PUT, "/1/0/1", text);
        spin(delay);
    } else if (moment == AFTER_A_WRITE) {
        EXPECT_CODE(peer_put_text(&probe.server, "/1/0/1", text), 2, 4);
    }
    return moment == AFTER_A_WRITE;
}

/* The client that was started last registers with one of these lifetimes. @return which */
static long registers_with(long stored, long maybe, bool answered)
{
    struct message request;
    char query[128];
    long lifetime = 0;

    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_assert_eq(sscanf(query, "?ep=probe?lt=%ld?lwm2m=1.1?b=U", &lifetime), 1, "%s", query);
    cr_assert(lifetime == stored || lifetime == maybe, "lt=%ld, not %ld or %ld", lifetime, stored,
              maybe);
    if (answered) {
        peer_answer_created(&probe.server, &request, PROBE_LOCATION);
        process_event(&probe.client, "registered", NULL);
        cr_expect_eq(process_count(&probe.client, "state-failed", NULL), 0u);
    }
    return lifetime;
}

/* Issue: kill -9 in a loop against one folder. Every client comes up with the accounts of before or
 * with the new ones, whole, and registers. */
Test(state, survives_kill_9_in_a_loop)
{
    long stored = 0; /* lifetime; 0: no accounts yet */
    long maybe = 0;

    for (unsigned i = 0; i < KILLS; i++) {
        enum moment moment = (enum moment)(i % MOMENTS);
        unsigned delay = i / MOMENTS * 150 + i % 4 * 40;
        long lifetime = 100 + (long)i;
        bool is_new;

        if (i == 0) {
            probe_start(&probe, "1.1");
        } else {
            probe_restart(&probe, "1.1");
        }
        process_event(&probe.client, "factory", NULL);
        is_new = strcmp(process_member(&probe.client, "accounts"), "0") == 0;
        cr_assert(stored == 0 || !is_new, "the accounts are lost");
        if (!is_new) {
            stored = registers_with(stored, maybe, moment != DURING_REGISTRATION);
        }
        if (moment <= AFTER_THE_FINISH || is_new) {
            if (!is_new) {
                process_say(&probe.client, "bootstrap");
            }
            probe_accept(&probe);
            if (die_in_bootstrap(moment, lifetime, delay)) {
                stored = lifetime;
            }
        } else if (moment != DURING_REGISTRATION && die_in_service(moment, lifetime, delay)) {
            stored = lifetime;
        }
        maybe = lifetime;
        kill_client();
    }
    cr_expect_neq(stored, 0);
    probe_restart(&probe, "1.1");
    registers_with(stored, maybe, true);
}

/* ---- a disk that refuses --------------------------------------------------------------------- */

/* A full disk: the Finish is refused, and the accounts stay, here and in the file (rule A-21). */
Test(state, survives_a_full_disk)
{
    probe_settle(&probe, "1.1", 321);
    process_stop(&probe.client);
    probe.client.file_limit = 64; /* room to see that the folder can be written to, no more */
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
    process_say(&probe.client, "bootstrap");
    probe_accept(&probe);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", "99"), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 5, 0);
    process_event(&probe.client, "state-failed", NULL);
    process_event(&probe.client, "bootstrap-finish", "code", "5.00", NULL);
    probe_expect_value(&probe, "/1/0/1", "321");
    probe_restart(&probe, "1.1");
    expect_register("?ep=probe?lt=321?lwm2m=1.1?b=U");
}
