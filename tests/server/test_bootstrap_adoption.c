/* SPDX-License-Identifier: Apache-2.0 */
/* A device that is adopted hears nothing before its account is durable. */
#include "bootstrap_bench.h"

#include "common/text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct loom_fleet_store file;
static bool there; /* the account of `probe` is */
static enum loom_status status;
static uint64_t number;

static const struct loom_fleet_account *by_endpoint(void *self, struct loom_text endpoint)
{
    return there || !loom_text_is(endpoint, "probe") ? file.by_endpoint(self, endpoint) : NULL;
}

static const struct loom_fleet_account *by_identity(void *self, struct loom_bytes identity)
{
    return file.by_identity(self, identity); /* as a handshake is answered for a stranger */
}

static enum loom_status adopt(void *self, struct loom_bytes identity, struct loom_text endpoint,
                              uint64_t *given)
{
    (void)self;
    (void)endpoint;
    cr_expect(eq(sz, identity.length, 8));
    *given = LOOM_FLEET_ADOPTIONS + ++number;
    return status;
}

static void begin(void)
{
    bench_set_up();
    file = bench.store;
    bench.store.by_endpoint = by_endpoint;
    bench.store.by_identity = by_identity;
    bench.store.adopt = adopt;
    there = false;
    status = LOOM_OK;
    number = 0;
}

TestSuite(bootstrap_adoption, .init = begin, .fini = bench_tear_down);

static struct fake_reply post(const char *target)
{
    return fake_port_request(&bench.fake, &link_probe, LOOM_POST, target, LOOM_FORMAT_ABSENT, "");
}

/* the answer is 2.04, and the commands follow; both when the account is there. */
Test(bootstrap_adoption, the_answer_is_held_until_the_account_is_durable)
{
    static const char *const targets[] = {"/bs?ep=probe", "/bs"};
    for (size_t i = 0; i < 2; i++) {
        there = false;
        bench.log[0] = '\0';
        struct fake_reply reply = post(targets[i]);
        cr_expect(eq(u8, reply.code, LOOM_CHANGED));
        cr_assert(eq(u64, reply.held, LOOM_FLEET_ADOPTIONS + number));
        step();
        cr_expect(eq(str, bench.log, ""));
        cr_expect(loom_bootstrap_server_busy(bench.server));
        there = true;
        loom_bootstrap_server_adopted(bench.server, reply.held, true);
        cr_expect(eq(u64, bench.fake.settled, reply.held));
        cr_expect(bench.fake.settled_sends);
        step();
        assert_logged("requested");
        assert_logged("sent discover");
        fake_port_lose(&bench.fake, &link_probe);
    }
}

/* What could not be stored, or is another device's by now, is as if it had not been heard. */
Test(bootstrap_adoption, what_was_not_stored_was_not_heard)
{
    struct fake_reply reply = post("/bs?ep=probe");
    loom_bootstrap_server_adopted(bench.server, reply.held, false);
    cr_expect(eq(u64, bench.fake.settled, reply.held));
    cr_expect_not(bench.fake.settled_sends);
    reply = post("/bs?ep=probe");
    loom_bootstrap_server_adopted(bench.server, reply.held, true); /* but it is not there */
    cr_expect_not(bench.fake.settled_sends);
    /* A pack was not there to be held: it is asked for again. */
    reply = fake_port_get(&bench.fake, &link_probe, "/bspack?ep=probe", LOOM_FORMAT_SENML_CBOR);
    cr_assert(gt(u64, reply.held, LOOM_FLEET_ADOPTIONS));
    there = true;
    loom_bootstrap_server_adopted(bench.server, reply.held, true);
    cr_expect_not(bench.fake.settled_sends);
    step();
    cr_expect(eq(str, bench.log, ""));
    cr_expect_not(loom_bootstrap_server_busy(bench.server));
}

Test(bootstrap_adoption, a_session_that_is_lost_meanwhile_gets_nothing)
{
    struct fake_reply reply = post("/bs?ep=probe");
    fake_port_lose(&bench.fake, &link_probe);
    there = true;
    loom_bootstrap_server_adopted(bench.server, reply.held, true);
    cr_expect_not(bench.fake.settled_sends);
    step();
    cr_expect(eq(str, bench.log, ""));
    (void)post("/bs?ep=probe"); /* one that is still held when the server ends */
}

/* Without the store the device is told to come again, and nobody is adopted without security. */
Test(bootstrap_adoption, who_cannot_be_adopted_is_refused)
{
    status = LOOM_UNAVAILABLE;
    struct fake_reply reply = post("/bs?ep=probe");
    cr_expect(eq(u8, reply.code, LOOM_UNAVAILABLE));
    cr_expect(eq(u32, reply.max_age, 10));
    cr_expect(eq(u64, reply.held, 0));
    assert_logged("refused no-store");
    status = LOOM_NOT_FOUND;
    cr_expect(eq(u8, post("/bs?ep=probe").code, LOOM_BAD_REQUEST));
    unsigned asked = (unsigned)number;
    cr_expect(eq(u8, ask(&link_open, "/bs?ep=probe"), LOOM_BAD_REQUEST));
    cr_expect(eq(u8, ask(&link_probe, "/bs?ep=probe&pct=7"), LOOM_BAD_REQUEST));
    loom_bootstrap_server_drain(bench.server);
    cr_expect(eq(u8, post("/bs?ep=probe").code, LOOM_UNAVAILABLE));
    cr_expect(eq(uint, (unsigned)number, asked));
}
