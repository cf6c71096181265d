/* SPDX-License-Identifier: Apache-2.0 */
/* What later releases brought to registration: queue mode, releases side by side, Profile IDs. */
#include "management_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(releases, .init = bench_set_up, .fini = bench_tear_down);

/* ---- queue mode ------------------------------------------------------------------------------ */

static struct fake_reply enter_with(const char *query)
{
    char target[128];
    (void)snprintf(target, sizeof target, "/rd?ep=dev&lt=3000&%s", query);
    struct fake_reply reply = post(&link_dev, target, LIST);
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    return reply;
}

static void read_device(void)
{
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
}

/* B-80, B-81, B-82: requests are held while the client sleeps, and go out after its Update. */
Test(releases, requests_to_a_sleeping_client_wait_for_its_update)
{
    static const char *const bindings[] = {"lwm2m=1.1&b=U&Q", "lwm2m=1.0&b=UQ", "lwm2m=1.2&Q"};
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        struct fake_reply reply = enter_with(bindings[i]);
        size_t sent = bench.fake.sent_count;
        bench.log[0] = '\0';
        bench.fake.now += 93000;
        cr_assert(loom_management_server_asleep(bench.server, client("dev")));
        read_device();
        read_device();
        cr_assert(loom_management_server_deadline(bench.server) <= bench.fake.now);
        step();
        step();
        cr_assert(eq(str, bench.log, "held\nheld\n"));
        cr_assert(eq(sz, client("dev")->waiting, 2));
        cr_assert(loom_management_server_deadline(bench.server) > bench.fake.now, "no busy loop");
        (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
        cr_assert(eq(sz, bench.fake.sent_count, sent), "not before the answer to the Update");
        step();
        step();
        cr_assert(eq(sz, bench.fake.sent_count, sent + 1), "one at a time");
        fake_port_answer(&bench.fake, LOOM_CONTENT);
        step();
        cr_assert(eq(sz, bench.fake.sent_count, sent + 2));
        fake_port_answer(&bench.fake, LOOM_CONTENT);
        cr_assert(eq(sz, client("dev")->waiting, 0));
    }
}

/* 1.1-int-108, 1.1-int-109: register with b=U and Q, write the lifetime, wait 120 s, ask for a
 * read; nothing goes out before the next Update. */
Test(releases, queue_mode_as_the_conformance_test_has_it)
{
    struct loom_dm_request write = {.operation = LOOM_DM_WRITE,
                                    .path = loom_path_resource(1, 0, 1),
                                    .accept = LOOM_FORMAT_ABSENT,
                                    .content_format = LOOM_FORMAT_TEXT,
                                    .payload = {(const uint8_t *)"240", 3}};
    uint32_t ticket;
    struct fake_reply reply = enter_with("lwm2m=1.1&b=U&Q");
    cr_assert(client("dev")->queue_mode);
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &write, &ticket),
                 LOOM_OK));
    step();
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    bench.fake.now += 120000;
    read_device();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    (void)at_location(&link_dev, LOOM_POST, reply.location, "?lt=240", "");
    step();
    cr_assert(eq(str, (char *)fake_port_last(&bench.fake)->path, "/3/0"));
}

/* B-81: a client is awake for 93 s after the last message that it sent, an answer too. */
Test(releases, an_answer_keeps_a_client_awake)
{
    (void)enter_with("lwm2m=1.1&Q");
    bench.fake.now += 92999;
    cr_assert(not(loom_management_server_asleep(bench.server, client("dev"))));
    read_device();
    step();
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    bench.fake.now += 92999;
    read_device();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
}

/* B-82: delivery that failed is told, and what comes behind waits until the client wakes up. */
Test(releases, a_client_that_does_not_answer_sleeps)
{
    struct fake_reply reply = enter_with("lwm2m=1.1&Q");
    read_device();
    read_device();
    step();
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    step();
    cr_assert(eq(str, bench.log, "registered\nsent\nanswered 0 timeout\nheld\n"));
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
}

/* B-82: after its sleep a client may have another session, or register anew. */
Test(releases, held_requests_survive_a_lost_session_and_a_new_register)
{
    (void)enter_with("lwm2m=1.1&Q");
    fake_port_lose(&bench.fake, &link_dev);
    read_device();
    step();
    cr_assert(eq(str, bench.log, "registered\nheld\n"));
    cr_assert(
        eq(u8, post(&link_dev_again, "/rd?ep=dev&lt=60&lwm2m=1.1&Q", LIST).code, LOOM_CREATED));
    cr_assert(eq(sz, client("dev")->waiting, 1));
    step();
    cr_assert(fake_port_last(&bench.fake)->session == &link_dev_again);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    cr_assert(eq(str, bench.log, "registered\nheld\nregistered again\nsent\nanswered 69 none\n"));
}

/* B-20, B-82: what is held ends with the registration, and that is told. */
Test(releases, held_requests_end_with_the_registration)
{
    (void)enter_with("lwm2m=1.1&Q");
    bench.fake.now += 100000;
    read_device();
    step();
    bench.fake.now += 3000000;
    step();
    cr_assert(eq(str, bench.log, "registered\nheld\nexpired\nanswered 0 closed\n"));
}

/* B-80: without queue mode a client is always there. */
Test(releases, only_queue_mode_sleeps)
{
    (void)enter_with("lwm2m=1.1&b=U");
    bench.fake.now += 1000000;
    cr_assert(not(loom_management_server_asleep(bench.server, client("dev"))));
    read_device();
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
}

/* ---- releases -------------------------------------------------------------------------------- */

/* B-13, B-14: 4.12 for a release that the server is not set to support. */
Test(releases, other_releases_are_refused)
{
    loom_management_server_support(bench.server, LOOM_DM_LWM2M_1_0 | LOOM_DM_LWM2M_1_2);
    cr_assert(
        eq(u8, post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST).code, LOOM_PRECONDITION_FAILED));
    cr_assert(eq(str, bench.log, "refused unsupported-version\n"));
    cr_assert(eq(u8, post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.0", LIST).code, LOOM_CREATED));
    cr_assert(eq(u8, post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.2", LIST).code, LOOM_CREATED));
}

/* B-1, B-25, B-40: a release has its own parameters, and an unknown one is 4.00. */
Test(releases, parameters_of_later_releases_are_unknown)
{
    static const char *const targets[] = {"/rd?ep=dev&lt=60&lwm2m=1.0&b=U&Q",
                                          "/rd?ep=dev&lt=60&lwm2m=1.1&pid=oma:x",
                                          "/rd?ep=dev&lt=60&lwm2m=1.0&pid=oma:x"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        bench.log[0] = '\0';
        cr_expect(eq(u8, post(&link_dev, targets[i], LIST).code, LOOM_BAD_REQUEST));
        cr_expect(eq(str, bench.log, "refused bad-parameter\n"));
    }
}

/* ---- Profile ID ------------------------------------------------------------------------------ */

static void set_up_profiles(void)
{
    bench_begin("[endpoint dev]\nnosec\n[any]\n"
                "[profile oma:abc]\nobjects = </>;ct=112,</1/0>,</3/0>,</3303/0>;ver=1.1\n"
                "[profile 6:27354b9a]\nobjects = </1/0>,</3/0>\n"
                "[profile v:more-1]\nobjects = </5/0>,</3/0>\n");
}

TestSuite(profile, .init = set_up_profiles, .fini = bench_tear_down);

/* The objects of a client as `1/0 3/0 `. */
static const char *objects_of(const char *endpoint)
{
    static char text[256];
    const struct loom_dm_client *found = client(endpoint);
    cr_assert_not_null(found);
    text[0] = '\0';
    for (size_t i = 0; i < found->object_count; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%u/%u ", found->objects[i].object,
                       found->objects[i].instance);
    }
    return text;
}

static uint8_t enter_profile(const char *endpoint, const char *profile, const char *list)
{
    char target[160];
    (void)snprintf(target, sizeof target, "/rd?ep=%s&lt=60&lwm2m=1.2&pid=%s", endpoint, profile);
    return post(&link_open, target, list).code;
}

/* B-40, 1.2-int-110: a Profile ID that the server knows stands for the list. */
Test(profile, a_known_profile_stands_for_its_list)
{
    cr_assert(eq(u8, enter_profile("dev", "6:27354b9a", ""), LOOM_CREATED));
    cr_assert(eq(str, (char *)objects_of("dev"), "1/0 3/0 "));
    cr_assert(eq(u8, enter_profile("dev", "oma:abc", ""), LOOM_CREATED));
    cr_assert(eq(str, (char *)objects_of("dev"), "1/0 3/0 3303/0 "));
    cr_assert(eq(u8, client("dev")->objects[2].version_minor, 1));
}

/* B-41, 1.2-int-111: profile and payload together are the list. */
Test(profile, a_profile_and_a_payload_are_united)
{
    cr_assert(eq(u8, enter_profile("dev", "6:27354b9a", "</4/0>"), LOOM_CREATED));
    cr_assert(eq(str, (char *)objects_of("dev"), "4/0 1/0 3/0 "));
    cr_assert(eq(u8, enter_profile("dev", "\"v:more-1,oma:abc\"", "</3/0>"), LOOM_CREATED));
    cr_assert(eq(str, (char *)objects_of("dev"), "3/0 5/0 1/0 3303/0 "));
}

/* B-41: each link is there once, however long the lists are and however often they are named. */
Test(profile, long_lists_are_united_too)
{
    enum { LINKS = 6000 };
    static char list[LINKS * 12];
    size_t length = (size_t)snprintf(list, sizeof list, "</1/0>,</3/0>");
    for (unsigned i = LINKS; i > 0; i--) {
        length += (size_t)snprintf(list + length, sizeof list - length, ",</9/%u>", i);
    }
    cr_assert(eq(u8, enter_profile("x", "6:01234567", list), LOOM_CREATED));
    cr_assert(eq(
        u8, enter_profile("x", "\"6:01234567,6:01234567,6:01234567,6:01234567,6:01234567\"", list),
        LOOM_CREATED));
    const struct loom_dm_client *found = client("x");
    cr_assert(eq(sz, found->object_count, LINKS + 2));
    cr_assert(eq(u16, found->objects[LINKS + 1].instance, 1), "in the order of the list");
}

/* B-42: 4.09 asks for the full list. */
Test(profile, an_unknown_profile_is_a_conflict)
{
    static const struct {
        const char *profile;
        const char *list;
    } cases[] = {
        {"oma:none", ""},           {"6:00000000", ""},       {"oma:none", LIST},
        {"v:none", "</4/0>"},       {"6:00000000", "</4/0>"}, {"\"oma:abc,6:00000000\"", LIST},
        {"\"oma:abc,v:none\"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench.log[0] = '\0';
        cr_expect(eq(u8, enter_profile("x", cases[i].profile, cases[i].list), LOOM_CONFLICT), "%s",
                  cases[i].profile);
        cr_expect(eq(str, bench.log, "refused no-object-list\n"));
        cr_expect_null(client("x"));
    }
}

/* B-40: the syntax of Profile IDs. */
Test(profile, a_malformed_profile_is_a_bad_parameter)
{
    static const char *const profiles[] = {
        "",
        "6",
        "6:",
        "6:2735",
        "6:27354b9",
        "6:27354B9A",
        "6:27354b9g",
        "0:27354b9a",
        "06:27354b9a",
        "x:27354b9a",
        "oma:",
        "oma:a_b",
        "V:a",
        "acme:a",
        "oma:a,v:b",
        "\"oma:a",
        "\"\"",
        "\"oma:a,\"",
        "\",oma:a\"",
        "\"oma:a,,v:b\"",
        "oma:a&pid=oma:a",
    };
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        bench.log[0] = '\0';
        cr_expect(eq(u8, enter_profile("x", profiles[i], ""), LOOM_BAD_REQUEST), "%s", profiles[i]);
        cr_expect(eq(str, bench.log, "refused bad-parameter\n"), "%s", profiles[i]);
    }
}

/* B-43: a dynamic id is a key for the list that came with it. */
Test(profile, a_dynamic_profile_is_learned_from_a_full_registration)
{
    cr_assert(eq(u8, enter_profile("x", "6:01234567", ""), LOOM_CONFLICT));
    cr_assert(eq(u8, enter_profile("x", "6:01234567", "</1/0>,</3/0>,</6/0>"), LOOM_CREATED));
    cr_assert(eq(u8, enter_profile("x", "6:01234567", ""), LOOM_CREATED));
    cr_assert(eq(str, (char *)objects_of("x"), "1/0 3/0 6/0 "));
    /* Nobody else's: what the hash is made of is not defined, so it proves nothing. */
    cr_assert(eq(u8, enter_profile("y", "6:01234567", ""), LOOM_CONFLICT));
    /* A client has one configuration at a time. */
    cr_assert(eq(u8, enter_profile("x", "6:89abcdef", LIST), LOOM_CREATED));
    cr_assert(eq(u8, enter_profile("x", "6:01234567", ""), LOOM_CONFLICT));
    cr_assert(eq(u8, enter_profile("x", "6:89abcdef", ""), LOOM_CREATED));
}

/* B-18, B-41: an Update may name another profile; it has no 4.09. */
Test(profile, an_update_may_carry_a_profile)
{
    struct fake_reply reply = post(&link_open, "/rd?ep=x&lt=60&lwm2m=1.2", LIST);
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, reply.location, "?pid=oma:abc", ""),
                 LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, LOOM_DM_CHANGED_OBJECTS));
    cr_assert(eq(str, (char *)objects_of("x"), "1/0 3/0 3303/0 "));
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, reply.location, "?pid=oma:none", ""),
                 LOOM_BAD_REQUEST));
    cr_assert(eq(str, (char *)objects_of("x"), "1/0 3/0 3303/0 "));
}

/* B-43: strangers cannot make the server remember without end; the last ones are remembered. */
Test(profile, the_oldest_learned_lists_make_room)
{
    char endpoint[16];
    for (unsigned i = 0; i <= 1024; i++) {
        (void)snprintf(endpoint, sizeof endpoint, "e%u", i);
        bench.log[0] = '\0';
        cr_assert(eq(u8, enter_profile(endpoint, "6:01234567", LIST), LOOM_CREATED));
    }
    bench.log[0] = '\0';
    cr_assert(eq(u8, enter_profile("e0", "6:01234567", ""), LOOM_CONFLICT));
    cr_assert(eq(u8, enter_profile("e1", "6:01234567", ""), LOOM_CREATED));
}
