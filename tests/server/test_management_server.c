/* SPDX-License-Identifier: Apache-2.0 */
#include "management/answer.h"
#include "management/clients.h"
#include "management_bench.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(management_server, .init = bench_set_up, .fini = bench_tear_down);

/* ---- Register -------------------------------------------------------------------------------- */

/* B-6, B-8, LwM2M-CR-001-S-M .. LwM2M-CR-007-S-M: every parameter, and what is left out of the
 * list: Security, OSCORE, and what is no path. */
Test(management_server, a_register_is_answered_with_a_location)
{
    struct fake_reply reply =
        post(&link_dev, "/rd?ep=dev&lt=300&lwm2m=1.1&b=UT&Q&sms=4912345",
             "</>;ct=110,</1/0>,</3/0>,</5>,</3303>;ver=1.1,</3303/0>,</0/0>,</21/0>,</well>;x");
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    cr_assert_eq(strncmp(reply.location, "/rd/", 4), 0);
    cr_assert(eq(sz, strlen(reply.location), 4 + LOOM_DM_LOCATION_LENGTH));
    const struct loom_dm_client *dev = client("dev");
    cr_assert_not_null(dev);
    cr_assert(eq(str, (char *)dev->location, reply.location + 4));
    cr_assert(eq(u32, dev->lifetime, 300));
    cr_assert(eq(u16, dev->lwm2m, 0x0101));
    cr_assert(dev->queue_mode);
    cr_assert(eq(sz, dev->binding.length, 2));
    cr_assert(eq(sz, dev->sms.length, 7));
    /* Security and OSCORE are in no list (rule B-6); what is not LwM2M's is ignored (B-8). */
    cr_assert(eq(sz, dev->object_count, 5));
    cr_assert(eq(u16, dev->objects[2].instance, LOOM_ID_NONE));
    cr_assert(eq(u16, dev->objects[3].object, 3303));
    cr_assert(eq(u8, dev->objects[3].version_minor, 1));
    cr_assert(eq(str, bench.log, "registered\n"));
}

/* B-14 */
Test(management_server, every_version_of_the_enabler_may_register)
{
    cr_assert(eq(u8, post(&link_open, "/rd?ep=a&lt=1&lwm2m=1.0", LIST).code, LOOM_CREATED));
    cr_assert(eq(u8, post(&link_open, "/rd?ep=b&lt=1&lwm2m=1.1", LIST).code, LOOM_CREATED));
    cr_assert(eq(u8, post(&link_open, "/rd?ep=c&lt=1&lwm2m=1.2", LIST).code, LOOM_CREATED));
    cr_assert(eq(u16, client("c")->lwm2m, 0x0102));
    const struct loom_dm_client *first = loom_management_server_next(bench.server, NULL);
    cr_assert(first == client("a"));
    cr_assert(loom_management_server_next(bench.server, client("c")) == NULL);
}

/* B-1, B-13, B-25, H-4 */
Test(management_server, registers_that_are_refused)
{
    static const struct {
        struct loom_session *session;
        const char *target;
        const char *list;
        uint8_t code;
        const char *line;
    } cases[] = {
        {&link_dev, "/rd?ep=dev&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "missing-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60", LIST, LOOM_BAD_REQUEST, "missing-parameter"},
        {&link_open, "/rd?lt=60&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "missing-parameter"},
        {&link_dev, "/rd?lt=60&lwm2m=1.0", LIST, LOOM_BAD_REQUEST, "missing-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.3", LIST, LOOM_PRECONDITION_FAILED,
         "unsupported-version"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=2.0", LIST, LOOM_PRECONDITION_FAILED,
         "unsupported-version"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=x", LIST, LOOM_PRECONDITION_FAILED,
         "unsupported-version"},
        {&link_dev, "/rd?ep=dev&lt=-1&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=4294967296&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=1&lt=1&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&b=", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&b=X", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&b=UU", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&b=M", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.0&b=UQSQ", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&colour=1", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=stranger&lt=60&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "unknown-endpoint"},
        {&link_open, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "wrong-identity"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.0", "", LOOM_BAD_REQUEST, "no-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "", LOOM_CONFLICT, "no-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.2&pid=oma:x", LIST, LOOM_CONFLICT, "no-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "</3/0", LOOM_BAD_REQUEST, "bad-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "nothing", LOOM_BAD_REQUEST, "bad-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "</3>;ver=x", LOOM_BAD_REQUEST,
         "bad-object-list"},
        {&link_open, "/rd?ep=\xC3(&lt=60&lwm2m=1.1", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1&sms=\xFF", LIST, LOOM_BAD_REQUEST, "bad-parameter"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST ",]", LOOM_BAD_REQUEST, "bad-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST "]", LOOM_BAD_REQUEST, "bad-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "x," LIST, LOOM_BAD_REQUEST, "bad-object-list"},
        {&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "</>;rt=\"oma.lwm2m\"," LIST ",</3",
         LOOM_BAD_REQUEST, "bad-object-list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench.log[0] = '\0';
        struct fake_reply reply = post(cases[i].session, cases[i].target, cases[i].list);
        cr_expect(eq(u8, reply.code, cases[i].code), "%s", cases[i].target);
        cr_expect_eq(strncmp(bench.log, "refused ", 8), 0, "%s", cases[i].target);
        cr_expect_not_null(strstr(bench.log, cases[i].line), "%s gave %s", cases[i].target,
                           bench.log);
        cr_expect_null(loom_management_server_next(bench.server, NULL));
    }
}

/* D.7: text has no NUL, wherever it stands. */
Test(management_server, a_list_with_a_nul_is_refused)
{
    /* Each has an underscore where the NUL is to be. */
    static const char *const lists[] = {"</1/0>,</3/0>_",          "</1/0>,</3/0>,_",
                                        "</1/0>,</3/0>;x=\"a_b\"", "</1/0>,</3/0>;x=_",
                                        "</1/0>,</x_y>",           "_</1/0>,</3/0>"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char list[64];
        size_t length = strlen(lists[i]);
        memcpy(list, lists[i], length);
        *(char *)memchr(list, '_', length) = '\0';
        struct loom_request request = {.method = LOOM_POST,
                                       .path_count = 1,
                                       .query_count = 3,
                                       .path = {{"rd", 2}},
                                       .query = {{"ep=dev", 6}, {"lt=60", 5}, {"lwm2m=1.1", 9}},
                                       .content_format = LOOM_FORMAT_LINK,
                                       .accept = LOOM_FORMAT_ABSENT,
                                       .confirmable = true,
                                       .payload = {(const uint8_t *)list, length}};
        struct loom_reply reply = {.content_format = LOOM_FORMAT_ABSENT};
        loom_management_server_side.request(bench.server, NULL, &link_dev, &request, &reply);
        cr_expect(eq(u8, reply.code, LOOM_BAD_REQUEST), "%s", lists[i]);
        cr_expect_null(client("dev"));
    }
}

Test(management_server, a_list_in_another_format_is_refused)
{
    struct fake_reply reply = fake_port_request(
        &bench.fake, &link_dev, LOOM_POST, "/rd?ep=dev&lt=60&lwm2m=1.1", LOOM_FORMAT_TEXT, LIST);
    cr_assert(eq(u8, reply.code, LOOM_BAD_REQUEST));
}

/* B-2 */
Test(management_server, the_identity_alone_names_the_endpoint)
{
    cr_assert(eq(u8, post(&link_dev, "/rd?lt=60&lwm2m=1.1", LIST).code, LOOM_CREATED));
    cr_assert_not_null(client("dev")); /* rule B-2 */
}

/* B-16 */
Test(management_server, a_second_register_replaces_the_first)
{
    struct fake_reply first = enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    struct fake_reply second = post(&link_dev_again, "/rd?ep=dev&lt=60&lwm2m=1.1", "</3/0>");
    cr_assert(eq(u8, second.code, LOOM_CREATED));
    cr_assert_neq(strcmp(first.location, second.location), 0);
    cr_assert(eq(sz, client("dev")->object_count, 1));
    cr_assert(loom_management_server_next(bench.server, client("dev")) == NULL);
    cr_assert(eq(str, bench.log, "registered\nsent\nanswered 0 closed\nregistered again\n"));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, first.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, second.location, "", ""), LOOM_CHANGED));
}

/* ---- Update and De-register ------------------------------------------------------------------ */

/* B-19, LwM2M-CR-008-S-M */
Test(management_server, an_update_without_parameters_refreshes_the_lifetime)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u64, loom_management_server_deadline(bench.server), 1000 + 300000));
    bench.fake.now = 200000;
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, 0));
    cr_assert(eq(u64, loom_management_server_deadline(bench.server), 200000 + 300000));
}

/* B-18, LwM2M-CR-008-S-M: the object list is complete, not a difference. */
Test(management_server, an_update_says_what_changed)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u8,
                 at_location(&link_dev, LOOM_POST, reply.location, "?lt=60&b=UQ&sms=1", "</3/0>"),
                 LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes,
                 LOOM_DM_CHANGED_LIFETIME | LOOM_DM_CHANGED_BINDING | LOOM_DM_CHANGED_SMS |
                     LOOM_DM_CHANGED_OBJECTS));
    cr_assert(eq(u32, client("dev")->lifetime, 60));
    cr_assert(client("dev")->queue_mode);
    cr_assert(eq(sz, client("dev")->object_count, 1));
    cr_assert(eq(u8,
                 at_location(&link_dev, LOOM_POST, reply.location, "?lt=60&b=UQ&sms=1", "</3/0>"),
                 LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, 0));
}

Test(management_server, a_bad_update_changes_nothing)
{
    static const struct {
        const char *query;
        const char *list;
    } cases[] = {{"?lt=60&b=X", ""},       {"?lt=60", "</3/0"},    {"?lt=60&ep=dev", ""},
                 {"?lt=60&lwm2m=1.1", ""}, {"?lt=60&other=1", ""}, {"?lt=60&pid=oma:x", ""}};
    struct fake_reply reply = enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect(
            eq(u8, at_location(&link_dev, LOOM_POST, reply.location, cases[i].query, cases[i].list),
               LOOM_BAD_REQUEST),
            "%s", cases[i].query);
        cr_expect(eq(u32, client("dev")->lifetime, 300));
        cr_expect(eq(sz, client("dev")->object_count, 2));
    }
}

Test(management_server, only_the_client_itself_may_update_its_registration)
{
    struct fake_reply reply = enter();
    struct loom_session other = {.address = "10.0.0.9:9", .identity = "other-id"};
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&other, LOOM_DELETE, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert_not_null(client("dev"));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, LOOM_DM_CHANGED_ADDRESS));
}

/* B-15 */
Test(management_server, requests_follow_a_client_to_its_new_address)
{
    struct fake_reply reply = post(&link_open, "/rd?ep=x&lt=60&lwm2m=1.1", LIST);
    cr_assert(eq(u8, at_location(&link_moved, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(int, send_read("x", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(fake_port_last(&bench.fake)->session == &link_moved); /* rule B-15 */
}

/* What the port was lent for the old session must not be read there when it has gone (rule B-15).
 */
Test(management_server, an_image_that_is_pushed_does_not_stay_at_the_old_address)
{
    const struct loom_bytes bytes = {(const uint8_t *)"image", 5};
    struct loom_shared *image = loom_shared_copy(bytes);
    const struct loom_dm_request write = {.operation = LOOM_DM_WRITE,
                                          .path = loom_path_resource(5, 0, 0),
                                          .accept = LOOM_FORMAT_ABSENT,
                                          .content_format = LOOM_FORMAT_OPAQUE,
                                          .payload = bytes,
                                          .shared = image};
    uint32_t ticket;
    struct fake_reply reply = post(&link_open, "/rd?ep=x&lt=60&lwm2m=1.1", LIST);
    cr_assert(
        eq(int, loom_management_server_send(bench.server, text_of("x"), &write, &ticket), LOOM_OK));
    loom_shared_release(image);
    step();
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(sent->session == &link_open);
    cr_assert(eq(u8, at_location(&link_moved, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_expect(sent->cancelled);
    cr_expect(eq(sz, client("x")->waiting, 0));
    cr_assert(eq(u8, at_location(&link_moved, LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    cr_assert(sent->cancelled);
}

/* The port is not to give up the session of a client for a stranger's; those that no client is in
 * any more may go. */
Test(management_server, the_session_of_a_client_is_kept)
{
    struct fake_reply reply = post(&link_open, "/rd?ep=x&lt=60&lwm2m=1.1", LIST);
    cr_assert(link_open.kept);
    cr_assert(eq(u8, at_location(&link_moved, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(link_moved.kept);
    cr_assert_not(link_open.kept);
    reply = post(&link_open, "/rd?ep=x&lt=60&lwm2m=1.1", LIST);
    cr_assert(link_open.kept);
    cr_assert_not(link_moved.kept);
    (void)post(&link_dev, "/rd?ep=unknown-endpoint-of-nobody&lwm2m=0.9", LIST);
    cr_assert_not(link_dev.kept);
    cr_assert(eq(u8, at_location(&link_open, LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    cr_assert_not(link_open.kept);
}

/* B-23, LwM2M-CR-009-S-M */
Test(management_server, a_deregister_removes_the_registration)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u8, at_location(&link_dev, LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    cr_assert_null(client("dev"));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_DELETE, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(str, bench.log, "registered\nderegistered\nrefused unknown-location\n"));
}

/* B-20, LwM2M-CR-010-S-M */
Test(management_server, a_registration_expires)
{
    struct fake_reply reply = enter();
    bench.fake.now = 1000 + 299999;
    step();
    cr_assert_not_null(client("dev"));
    bench.fake.now++;
    step();
    cr_assert_null(client("dev"));
    cr_assert(eq(str, bench.log, "registered\nexpired\n"));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u64, loom_management_server_deadline(bench.server), UINT64_MAX));
}

/* B-21 */
Test(management_server, lifetime_zero_never_expires)
{
    (void)post(&link_dev, "/rd?ep=dev&lt=0&lwm2m=1.2", LIST); /* rule B-21 */
    cr_assert(eq(u64, loom_management_server_deadline(bench.server), UINT64_MAX));
    bench.fake.now = UINT64_MAX - 1;
    step();
    cr_assert_not_null(client("dev"));
}

Test(management_server, other_paths_and_methods)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u8, at_location(&link_dev, LOOM_GET, "/rd", "", ""), LOOM_METHOD_NOT_ALLOWED));
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_PUT, reply.location, "", ""), LOOM_METHOD_NOT_ALLOWED));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, "/bs", "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, "/rd/a/b", "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_GET, "/", "", ""), LOOM_NOT_FOUND));
}

/* ---- requests to a client -------------------------------------------------------------------- */

/* */
Test(management_server, nothing_is_sent_before_the_answer_to_the_register)
{
    bench.send_when_registered = true;
    (void)enter();
    cr_assert(eq(sz, bench.fake.sent_count, 0)); /* rule A-93 */
    cr_assert(loom_management_server_deadline(bench.server) <= bench.fake.now);
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
}

/* A request to every device of a fleet does not go out at once, and none of them is passed over. */
Test(management_server, requests_to_many_clients_are_spread_out)
{
    char endpoint[16];
    unsigned count = LOOM_DM_BURST + 10;
    for (unsigned i = 0; i < count; i++) {
        char target[64];
        (void)snprintf(endpoint, sizeof endpoint, "many-%u", i);
        (void)snprintf(target, sizeof target, "/rd?ep=%s&lwm2m=1.1&lt=86400", endpoint);
        cr_assert(eq(u8, post(&link_open, target, LIST).code, LOOM_CREATED));
        cr_assert(eq(int, send_read(endpoint, loom_path_instance(3, 0)), LOOM_OK));
    }
    step();
    cr_assert(eq(sz, bench.fake.sent_count, LOOM_DM_BURST));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, LOOM_DM_BURST));
    cr_assert(
        eq(u64, loom_management_server_deadline(bench.server), bench.fake.now + LOOM_DM_BURST_MS));
    /* What is asked meanwhile comes after what has waited. */
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    (void)snprintf(endpoint, sizeof endpoint, "many-%u", LOOM_DM_BURST - 1);
    cr_assert(eq(int, send_read(endpoint, loom_path_resource(3, 0, 9)), LOOM_OK));
    bench.fake.now += LOOM_DM_BURST_MS;
    step();
    cr_assert(eq(sz, bench.fake.sent_count, count + 1));
    cr_assert(eq(str, bench.fake.sent[count - 1].path, "/3/0"));
    cr_assert(eq(str, bench.fake.sent[count].path, "/3/0/9"));
    cr_assert(eq(u64, loom_management_server_deadline(bench.server),
                 bench.fake.now - LOOM_DM_BURST_MS + 86400000));
}

/* B-82, C-2: the port of these tests takes Confirmable requests only. */
Test(management_server, requests_go_out_one_at_a_time_in_order)
{
    (void)enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    cr_assert(eq(int, send_read("dev", loom_path_resource(3, 0, 9)), LOOM_OK));
    step();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0"));
    cr_assert(eq(u16, fake_port_last(&bench.fake)->accept, LOOM_FORMAT_TLV));
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "ok", 2);
    cr_assert(eq(str, bench.payload, "ok"));
    step();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/9"));
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    cr_assert(eq(str, bench.log, "registered\nsent\nanswered 69 none\nsent\nanswered 0 timeout\n"));
}

Test(management_server, operations_have_their_methods_and_paths)
{
    static const struct {
        enum loom_dm_operation operation;
        uint8_t depth;
        enum loom_method method;
    } cases[] = {
        {LOOM_DM_READ, 1, LOOM_GET},
        {LOOM_DM_READ, 4, LOOM_GET},
        {LOOM_DM_DISCOVER, 3, LOOM_GET},
        {LOOM_DM_WRITE, 3, LOOM_PUT},
        {LOOM_DM_EXECUTE, 3, LOOM_POST},
        {LOOM_DM_CREATE, 1, LOOM_POST},
        {LOOM_DM_DELETE, 2, LOOM_DELETE},
        {LOOM_DM_DELETE, 4, LOOM_DELETE},
        {LOOM_DM_PARTIAL_UPDATE, 2, LOOM_POST},
        {LOOM_DM_PARTIAL_UPDATE, 3, LOOM_POST},
        {LOOM_DM_WRITE_ATTRIBUTES, 1, LOOM_PUT},
        {LOOM_DM_WRITE_ATTRIBUTES, 4, LOOM_PUT},
        {LOOM_DM_READ_COMPOSITE, 0, LOOM_FETCH},
        {LOOM_DM_WRITE_COMPOSITE, 0, LOOM_IPATCH},
        {LOOM_DM_OBSERVE, 1, LOOM_GET},
        {LOOM_DM_OBSERVE, 4, LOOM_GET},
        {LOOM_DM_OBSERVE_COMPOSITE, 0, LOOM_FETCH},
    };
    (void)enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_dm_request request = {.operation = cases[i].operation,
                                          .path = {{3, 0, 1, 2}, cases[i].depth},
                                          .accept = LOOM_FORMAT_ABSENT,
                                          .content_format = LOOM_FORMAT_ABSENT};
        uint32_t ticket;
        cr_assert(eq(int,
                     loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                     LOOM_OK));
        step();
        cr_expect(eq(int, fake_port_last(&bench.fake)->method, cases[i].method));
        cr_expect(
            eq(u16, fake_port_last(&bench.fake)->accept,
               cases[i].operation == LOOM_DM_DISCOVER ? LOOM_FORMAT_LINK : LOOM_FORMAT_ABSENT));
        fake_port_answer(&bench.fake, LOOM_CHANGED);
    }
}

Test(management_server, requests_that_make_no_sense)
{
    struct loom_dm_request request = {.operation = LOOM_DM_EXECUTE,
                                      .path = {{3, 0, 0, 0}, 2},
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    cr_assert(eq(int, send_read("nobody", loom_path_instance(3, 0)), LOOM_NOT_FOUND));
    (void)enter();
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                 LOOM_METHOD_NOT_ALLOWED)); /* rule C-28 */
    request.operation = LOOM_DM_READ_COMPOSITE;
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                 LOOM_METHOD_NOT_ALLOWED));
    request.operation = LOOM_DM_WRITE_ATTRIBUTES;
    request.query = text_of("1&2&3&4&5&6&7&8&9&10&11");
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                 LOOM_BAD_REQUEST));
    cr_assert(eq(int, send_read("dev", loom_path_root()), LOOM_METHOD_NOT_ALLOWED));
}

/* B-11 */
Test(management_server, the_alternate_path_leads_every_request)
{
    (void)post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1",
               "</a/b>;rt=\"oma.lwm2m\",</a/b/1/0>,</a/b/3/0>");
    cr_assert(eq(sz, client("dev")->object_count, 2));
    cr_assert(eq(int, send_read("dev", loom_path_resource(3, 0, 9)), LOOM_OK));
    step();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/a/b/3/0/9")); /* rule B-11 */
}

Test(management_server, a_lost_session_fails_requests_until_the_client_is_back)
{
    struct fake_reply reply = enter();
    fake_port_lose(&bench.fake, &link_dev);
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(str, bench.log, "registered\nanswered 0 unreachable\n"));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(fake_port_last(&bench.fake)->session == &link_dev_again);
}

/* B-16: an Execute that was reported as failed must not reach the registration that follows. */
Test(management_server, what_is_under_way_to_the_old_registration_leaves_the_wire)
{
    (void)enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    const struct fake_sent *old = fake_port_last(&bench.fake);
    (void)enter();
    cr_assert(old->cancelled);
    cr_assert(eq(str, bench.log, "registered\nsent\nanswered 0 closed\nregistered again\n"));
    cr_assert(eq(int, send_read("dev", loom_path_resource(3, 0, 9)), LOOM_OK));
    step();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0/9"));
    cr_assert(not(fake_port_last(&bench.fake)->cancelled));
}

/* B-20, B-23: nor one that went on after its end. */
Test(management_server, what_is_under_way_leaves_the_wire_with_the_registration)
{
    struct fake_reply reply = enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    (void)enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    bench.fake.now += 299999;
    step();
    bench.fake.now++;
    step();
    cr_assert_null(client("dev"));
    cr_assert(fake_port_last(&bench.fake)->cancelled);
}

Test(management_server, what_waits_for_a_client_that_leaves_is_told)
{
    struct fake_reply reply = enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    cr_assert(eq(str, bench.log, "registered\nsent\nderegistered\nanswered 0 closed\n"));
    cr_assert(fake_port_last(&bench.fake)->cancelled);
}

/* ---- answers --------------------------------------------------------------------------------- */

Test(answer, values_have_names_types_and_units)
{
    static const uint8_t payload[] = {0xC2, 0x00, 'h',  'i',                          /* 0 */
                                      0x86, 0x06, 0x41, 0x00, 0x01, 0x41, 0x01, 0x05, /* 6 */
                                      0xC1, 0x09, 0x64,                               /* 9 */
                                      0xC1, 0x63, 0x2A}; /* 99 is not known */
    struct loom_path path = loom_path_instance(3, 0);
    struct loom_bytes bytes = {payload, sizeof payload};
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    cr_assert(eq(
        int,
        loom_dm_answer_begin(&answer, &test_catalog, NULL, &path, LOOM_FORMAT_TLV, bytes, NULL, 0),
        LOOM_OK));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(str, (char *)value.name, "Manufacturer"));
    cr_assert(eq(sz, value.value.as.text.length, 2));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(u8, value.path.depth, 4));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(i64, value.value.as.integer, 5));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(str, (char *)value.units, "%"));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert_null(value.name);
    cr_assert(eq(int, value.value.type, LOOM_NONE));
    cr_assert(eq(sz, value.raw.length, 1));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_END));
}

Test(answer, text_is_read_as_the_tables_say_and_else_shown_as_it_is)
{
    struct loom_path battery = loom_path_resource(3, 0, 9);
    struct loom_path unknown = loom_path_resource(77, 0, 9);
    struct loom_bytes bytes = {(const uint8_t *)"42", 2};
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    cr_assert(eq(int,
                 loom_dm_answer_begin(&answer, &test_catalog, NULL, &battery, LOOM_FORMAT_TEXT,
                                      bytes, NULL, 0),
                 LOOM_OK));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(i64, value.value.as.integer, 42));
    cr_assert(eq(int,
                 loom_dm_answer_begin(&answer, &test_catalog, NULL, &unknown, LOOM_FORMAT_TEXT,
                                      bytes, NULL, 0),
                 LOOM_OK));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(int, value.value.type, LOOM_STRING));
}
