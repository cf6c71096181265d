/* SPDX-License-Identifier: Apache-2.0 */
/* What a device costs the server does not grow with the number of devices. The server's code is
 * compiled here so that it counts its own steps, the basic blocks that it runs: exact, and without
 * a clock. */
#include "management_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

/* Beside twice as many devices a walk over all takes MANY - FEW steps more at least; the heap of
 * those that expire has one level more, and a bucket of an index may have some entries more. */
#define FEW   2500u
#define MANY  5000u
#define SLACK 200u

static unsigned long steps;

/* Called by each basic block of what is compiled with -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

static struct loom_session sessions[MANY + 1];

static struct fake_reply enter_device(unsigned number)
{
    char target[64];
    sessions[number].address = "10.0.0.4:4000";
    (void)snprintf(target, sizeof target, "/rd?ep=e%u&lt=%u&lwm2m=1.1&b=U", number, 300 + number);
    return post(&sessions[number], target, LIST);
}

/* An observation, notified and cancelled. */
static void observe(const char *name)
{
    struct loom_dm_request request = {.operation = LOOM_DM_OBSERVE,
                                      .path = loom_path_instance(3, 0),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of(name), &request, &ticket),
                 LOOM_OK));
    step();
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "2", true);
    cr_assert(eq(int, loom_management_server_cancel(bench.server, text_of(name), ticket, &ticket),
                 LOOM_OK));
    step();
    fake_port_answer(&bench.fake, LOOM_CONTENT);
}

/* @return the steps of a device that comes, updates, is sent a request, is observed, and goes */
static unsigned long work_of_one(void)
{
    unsigned long before = steps;
    struct fake_reply reply = enter_device(MANY);
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    step();
    cr_assert(
        eq(u8, at_location(&sessions[MANY], LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    step();
    char name[16];
    (void)snprintf(name, sizeof name, "e%u", MANY);
    cr_assert(eq(int, send_read(name, loom_path_instance(3, 0)), LOOM_OK));
    step();
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    observe(name);
    cr_assert(
        eq(u8, at_location(&sessions[MANY], LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    step();
    return steps - before;
}

Test(work, of_one_device_is_the_same_beside_many, .init = bench_set_up, .fini = bench_tear_down)
{
    unsigned entered = 0;
    for (; entered < FEW; entered++) {
        cr_assert(eq(u8, enter_device(entered).code, LOOM_CREATED));
    }
    unsigned long beside_few = work_of_one();
    cr_assert(gt(ulong, beside_few, 100), "nothing is counted");
    for (; entered < MANY; entered++) {
        cr_assert(eq(u8, enter_device(entered).code, LOOM_CREATED));
    }
    cr_expect(lt(ulong, work_of_one(), beside_few + SLACK));
}
