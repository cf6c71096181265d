/* SPDX-License-Identifier: Apache-2.0 */
#include "kept_store_bench.h"

#include "store/schema.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>

const struct database_bench *used;
struct loom_writer *writer;
struct loom_kept_registrations *kept;
const char *node = "";
int64_t unix_now = INT64_C(1764500000000);

int64_t now(void *user)
{
    (void)user;
    return unix_now;
}

/* The clocks of the port and of the world go together. */
void advance(uint64_t milliseconds)
{
    bench.fake.now += milliseconds;
    unix_now += (int64_t)milliseconds;
}

/* Hears of all that was posted. */
void pump(void)
{
    struct pollfd ready = {loom_writer_descriptor(writer), POLLIN, 0};
    while (loom_writer_waiting(writer) > 0) {
        cr_assert_eq(poll(&ready, 1, PATIENCE), 1);
        loom_writer_step(writer);
    }
    loom_writer_step(writer);
}

/* A server with what is stored. */
struct loom_kept_restored begin(void)
{
    struct loom_kept_restored restored;
    struct loom_database *connection = database_bench_open(used);
    bench_set_up();
    bench.fake.now = 1000;
    bench.fake.token = 0x55;
    struct loom_kept_registrations_config config = {
        .server = bench.server, .port = &bench.fake.port, .node = text_of(node), .now = now};
    kept = loom_kept_registrations_create(&config);
    cr_assert_eq(loom_store_migrate(connection), LOOM_DATABASE_OK);
    loom_kept_registrations_begin(kept, NULL);
    cr_assert_eq(loom_kept_registrations_restore(kept, connection, &restored), LOOM_DATABASE_OK,
                 "%s", loom_database_error(connection));
    writer = loom_writer_create(connection, NULL);
    cr_assert_not_null(writer);
    loom_kept_registrations_begin(kept, writer);
    return restored;
}

void end(void)
{
    loom_writer_end(writer, PATIENCE);
    bench_tear_down();
    loom_kept_registrations_destroy(kept);
}

struct fake_reply stored(struct loom_session *session, const char *target, const char *list)
{
    struct fake_reply reply = post(session, target, list);
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    cr_assert(ne(u64, reply.held, 0));
    pump();
    return reply;
}
