/* SPDX-License-Identifier: Apache-2.0 */
/* SenML CBOR from the bootstrap server: the Bootstrap-Pack, and writes that were asked for so. */
#include "bootstrap_bench.h"
#include "loom/codec.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(bootstrap_pack, .init = bench_set_up, .fini = bench_tear_down);

static struct fake_reply get(const char *target)
{
    return fake_port_get(&bench.fake, &link_open, target, LOOM_FORMAT_SENML_CBOR);
}

/* The paths of a payload, blanks between them. */
static const char *paths(const struct loom_path *path, const uint8_t *payload, size_t length)
{
    static char text[512];
    uint8_t scratch[64];
    struct loom_bytes bytes = {payload, length};
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_output out = loom_output(text, sizeof text - 1);
    enum loom_status status;
    cr_assert(eq(int,
                 loom_decode_begin(&decoder, &loom_format_senml_cbor, path, false, bytes, scratch,
                                   sizeof scratch),
                 LOOM_OK));
    while ((status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        if (item.path.depth > 2) {
            loom_put_path(&out, &item.path);
            loom_put_byte(&out, ' ');
        }
    }
    cr_assert(eq(int, status, LOOM_END));
    text[out.length] = '\0';
    return text;
}

static const char *pack_paths(const struct fake_reply *reply)
{
    struct loom_path root = loom_path_root();
    return paths(&root, reply->payload, reply->length);
}

/* all of the account, past the instances of the client's Bootstrap-Server Account. */
Test(bootstrap_pack, a_pack_holds_all_that_the_account_provisions)
{
    struct fake_reply reply = get("/bspack?ep=pack&acc=</0/0>");
    cr_assert(eq(u8, reply.code, LOOM_CONTENT));
    cr_assert(eq(u16, reply.content_format, LOOM_FORMAT_SENML_CBOR));
    cr_assert(eq(str, (char *)pack_paths(&reply),
                 "/0/1/0 /0/1/1 /0/1/2 /0/1/3 /0/1/4 /0/1/5 /0/1/10 "
                 "/1/0/0 /1/0/1 /1/0/6 /1/0/7 /2/0/2/0 /2/0/2/5 "));
    cr_assert(eq(str, bench.log, "packed\n"));
    assert_next("nothing"); /* no Finish */
    cr_assert(eq(u64, loom_bootstrap_server_deadline(bench.server), UINT64_MAX));
}

/* `acc` may name another instance, and that of Object 21. */
Test(bootstrap_pack, a_pack_keeps_off_the_instances_that_acc_names)
{
    static const struct {
        const char *target;
        const char *first;
    } cases[] = {
        {"/bspack?ep=pack&acc=</0/2>,</21/0>", "/0/0/0 "},
        {"/bspack?ep=pack&acc=</0/1>", "/0/0/0 "},
        {"/bspack?ep=pack&acc=</0/0>,</21/0>", "/0/1/0 "},
        {"/bspack?ep=pack", "/0/1/0 "}, /* not told: most have it at 0/0 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_reply reply = get(cases[i].target);
        cr_assert(eq(u8, reply.code, LOOM_CONTENT), "%s", cases[i].target);
        cr_expect_eq(strncmp(pack_paths(&reply), cases[i].first, strlen(cases[i].first)), 0, "%s",
                     cases[i].target);
    }
}

/* without `acc` the account may know where the Bootstrap-Server Account stands. */
Test(bootstrap_pack, the_account_may_say_what_the_request_does_not)
{
    struct fake_reply reply = get("/bspack?ep=blind"); /* bootstrap-instance = 1 */
    cr_assert(eq(u8, reply.code, LOOM_CONTENT));
    cr_assert_eq(strncmp(pack_paths(&reply), "/0/0/0 ", 7), 0);
}

/* what is refused, and how; the client then falls back to a Bootstrap-Request. */
Test(bootstrap_pack, packs_that_are_refused)
{
    static const struct {
        const char *target;
        uint16_t accept;
        uint8_t code;
        const char *line;
    } cases[] = {
        {"/bspack?ep=unpacked", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=wiped", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=other", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=part", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=unserved", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=pack&acc=</2/0>", 112, LOOM_METHOD_NOT_ALLOWED, "refused pack-refused\n"},
        {"/bspack?ep=pack", 110, LOOM_NOT_ACCEPTABLE, "refused not-acceptable\n"},
        {"/bspack?ep=pack", 11544, LOOM_NOT_ACCEPTABLE, "refused not-acceptable\n"},
        {"/bspack?ep=pack&acc=</0/0", 112, LOOM_BAD_REQUEST, "refused bad-request\n"},
        {"/bspack?ep=pack&acc=</0/0>&acc=</0/0>", 112, LOOM_BAD_REQUEST, "refused bad-request\n"},
        {"/bspack?ep=stranger", 112, LOOM_BAD_REQUEST, "refused unknown-endpoint\n"},
        {"/bspack?ep=probe", 112, LOOM_BAD_REQUEST, "refused wrong-identity\n"},
        {"/bspack", 112, LOOM_BAD_REQUEST, "refused unknown-endpoint\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench.log[0] = '\0';
        struct fake_reply reply =
            fake_port_get(&bench.fake, &link_open, cases[i].target, cases[i].accept);
        cr_expect(eq(u8, reply.code, cases[i].code), "%s", cases[i].target);
        cr_expect(eq(sz, reply.length, 0));
        cr_expect_eq(strcmp(bench.log, cases[i].line), 0, "%s gave %s", cases[i].target, bench.log);
    }
    bench.log[0] = '\0';
    cr_assert(eq(u8, fake_port_get(&bench.fake, &link_probe, "/bspack", 112).code,
                 LOOM_METHOD_NOT_ALLOWED)); /* the identity names `probe`, with a hold-off */
}

/* a server that gives no packs says so to everybody. */
Test(bootstrap_pack, packs_can_be_switched_off)
{
    loom_bootstrap_server_give_packs(bench.server, false);
    cr_assert(eq(u8, get("/bspack?ep=pack").code, LOOM_NOT_IMPLEMENTED));
    cr_assert(eq(str, bench.log, "refused pack-unsupported\n"));
    cr_assert(eq(u8, ask(&link_open, "/bs?ep=pack"), LOOM_CHANGED));
}

/* without an Accept option the answer is the format that this server has. */
Test(bootstrap_pack, no_accept_means_any_format)
{
    struct fake_reply reply =
        fake_port_get(&bench.fake, &link_open, "/bspack?ep=pack", LOOM_FORMAT_ABSENT);
    cr_assert(eq(u16, reply.content_format, LOOM_FORMAT_SENML_CBOR));
}

/* what does not fit is refused whole, and leaves no key in the answer. */
Test(bootstrap_pack, a_pack_that_does_not_fit_is_refused)
{
    bench.fake.room = 40;
    struct fake_reply reply = get("/bspack?ep=pack");
    cr_assert(eq(u8, reply.code, LOOM_METHOD_NOT_ALLOWED));
    for (size_t i = 0; i < bench.fake.room; i++) {
        cr_assert(eq(u8, reply.payload[i], 0));
    }
}

/* who asks for a pack has given up the bootstrap that was running. */
Test(bootstrap_pack, a_pack_replaces_a_session)
{
    (void)ask(&link_open, "/bs?ep=pack");
    assert_next("GET ");
    cr_assert(eq(u8, get("/bspack?ep=pack").code, LOOM_CONTENT));
    assert_logged("failed asked-again\npacked\n");
    assert_next("nothing");
}

/* after a pack that was of no use the client asks at /bs and gets everything. */
Test(bootstrap_pack, a_request_after_a_pack_is_served)
{
    cr_assert(eq(u8, get("/bspack?ep=pack").code, LOOM_CONTENT));
    cr_assert(eq(u8, ask(&link_open, "/bs?ep=pack"), LOOM_CHANGED));
    assert_next("GET ");
}

/* the client prefers SenML CBOR, whose names are plain whole paths. */
Test(bootstrap_pack, writes_have_the_format_that_the_client_prefers)
{
    struct loom_path path = loom_path_instance(0, 0);
    cr_assert(eq(u8, ask(&link_open, "/bs?ep=blind&pct=112"), LOOM_CHANGED));
    assert_next("PUT /0/0");
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(u16, sent->content_format, LOOM_FORMAT_SENML_CBOR));
    cr_assert(eq(str, (char *)paths(&path, sent->payload, sent->length),
                 "/0/0/0 /0/0/1 /0/0/2 /0/0/3 /0/0/4 /0/0/5 /0/0/10 "));
}

/* what this server cannot write is 4.15, and starts nothing. */
Test(bootstrap_pack, other_formats_are_refused)
{
    static const char *const targets[] = {"/bs?ep=blind&pct=110", "/bs?ep=blind&pct=11544",
                                          "/bs?ep=blind&pct=60", "/bs?ep=blind&pct=65536"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        cr_expect(eq(u8, ask(&link_open, targets[i]), LOOM_UNSUPPORTED_FORMAT));
        assert_next("nothing");
    }
}
