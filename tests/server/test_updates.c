/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware updates of the LwM2M server, with a device that the test plays (rules C.6). */
#include "catalog/meaning.h"
#include "catalog/standard.h"
#include "firmware/updates.h"
#include "management_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static struct loom_dm_updates updates;
static char log_text[1024];
static const struct fake_sent *state;
static const struct fake_sent *result;

static void on_update(void *user, const struct loom_dm_update_event *event)
{
    size_t used = strlen(log_text);
    (void)user;
    (void)snprintf(log_text + used, sizeof log_text - used, "%.*s %s %d %u %s\n",
                   (int)event->endpoint.length, event->endpoint.data,
                   loom_dm_update_step_name(event->step), event->result, event->code,
                   event->text == NULL ? "" : event->text);
}

static void hear(const struct loom_dm_event *event)
{
    loom_dm_updates_hear(&updates, event);
}

static void start(void)
{
    bench_set_up();
    log_text[0] = '\0';
    loom_dm_updates_begin(&updates, bench.server, &loom_catalog_standard, 1, on_update, NULL);
    bench.hear = hear;
    /* For longer than any test waits. */
    cr_assert(
        eq(u8, post(&link_dev, "/rd?ep=dev&lt=86400&lwm2m=1.1&b=U", LIST).code, LOOM_CREATED));
}

static void stop(void)
{
    loom_dm_updates_end(&updates);
    bench_tear_down();
}

TestSuite(updates, .init = start, .fini = stop);

/* The next request of the server, which must be this one. */
static const struct fake_sent *expect(enum loom_method method, const char *path,
                                      enum loom_observe observe)
{
    size_t before = bench.fake.sent_count;
    step();
    cr_assert(eq(sz, bench.fake.sent_count, before + 1));
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, method));
    cr_assert(eq(str, (char *)sent->path, (char *)path));
    cr_assert(eq(int, sent->observe, observe));
    return sent;
}

static void nothing_more(void)
{
    size_t before = bench.fake.sent_count;
    step();
    cr_assert(eq(sz, bench.fake.sent_count, before));
}

static void observed(const char *result_now, const char *state_now)
{
    result = expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    fake_port_notify(&bench.fake, result, LOOM_CONTENT, result_now, true);
    state = expect(LOOM_GET, "/5/0/3", LOOM_OBSERVE_BEGIN);
    fake_port_notify(&bench.fake, state, LOOM_CONTENT, state_now, true);
}

static void notify(const struct fake_sent *what, const char *number)
{
    fake_port_notify(&bench.fake, what, LOOM_CONTENT, number, true);
}

static void reset(uint8_t code)
{
    const struct fake_sent *sent = expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    cr_assert(eq(sz, sent->length, 0));
    fake_port_answer(&bench.fake, code);
}

static enum loom_status push_bytes(struct loom_bytes bytes)
{
    struct loom_shared *image = loom_shared_copy(bytes);
    enum loom_status status = loom_dm_updates_push(&updates, text_of("dev"), image);
    loom_shared_release(image);
    return status;
}

static void pull(void)
{
    cr_assert(
        eq(int, loom_dm_updates_pull(&updates, text_of("dev"), text_of("coap://h/f")), LOOM_OK));
}

/* Until the device has taken the URI. */
static void begin_pull(void)
{
    pull();
    reset(LOOM_CHANGED);
    observed("0", "0");
    const struct fake_sent *sent = expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    cr_assert(eq(u16, sent->content_format, LOOM_FORMAT_TEXT));
    cr_assert(eq(sz, sent->length, 10));
    cr_assert(eq(int, memcmp(sent->payload, "coap://h/f", 10), 0));
    fake_port_answer(&bench.fake, LOOM_CHANGED);
}

static void register_again(void)
{
    (void)enter();
}

static void expect_cancelled(const char *path)
{
    (void)expect(LOOM_GET, path, LOOM_OBSERVE_END);
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "0", 1);
}

/* C-92, C-94, C-97, C-98: the device restarts with the new firmware. */
Test(updates, an_image_is_pushed_and_installed)
{
    static const uint8_t image[] = {0, 1, 2, 3};
    cr_assert(eq(int, push_bytes((struct loom_bytes){image, sizeof image}), LOOM_OK));
    reset(LOOM_CHANGED);
    observed("0", "0");
    const struct fake_sent *sent = expect(LOOM_PUT, "/5/0/0", LOOM_OBSERVE_NONE);
    cr_assert(eq(u16, sent->content_format, LOOM_FORMAT_OPAQUE));
    cr_assert(eq(sz, sent->length, sizeof image));
    notify(state, "1");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(state, "3");
    nothing_more();
    register_again();
    result = expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloading 0 0 \ndev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
    expect_cancelled("/5/0/5");
    nothing_more();
}

/* C-95 */
Test(updates, an_image_is_pulled)
{
    begin_pull();
    notify(state, "1");
    notify(state, "1");
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloading 0 0 \ndev downloaded 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
    expect_cancelled("/5/0/3");
    expect_cancelled("/5/0/5");
    nothing_more();
}

/* C-96, C-99 */
Test(updates, a_failure_is_told_in_words)
{
    begin_pull();
    notify(result, "7");
    cr_expect(eq(str, log_text, "dev failed 7 0 Invalid URI\n"));
}

/* C-99: Downloaded again after a failure is no reason to install once more. */
Test(updates, an_installation_that_fails_is_not_repeated)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(state, "3");
    notify(state, "2");
    nothing_more();
    notify(result, "8");
    cr_expect(eq(str, log_text,
                 "dev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev failed 8 0 Firmware update failed\n"));
}

/* The same, seen after a restart. */
Test(updates, an_installation_that_failed_meanwhile_is_not_repeated)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    register_again();
    result = expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    notify(result, "8");
    cr_expect_not_null(strstr(log_text, "failed 8"));
    expect_cancelled("/5/0/5");
    nothing_more();
}

/* A device that restarts before it has got the Execute is asked again. */
Test(updates, a_request_that_got_lost_is_repeated)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    register_again();
    observed("0", "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(result, "1");
    cr_expect_not_null(strstr(log_text, "done 1"));
}

/* C-101 */
Test(updates, a_user_may_put_it_off)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(result, "11");
    notify(state, "3");
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloaded 0 0 \ndev deferred 11 0 Firmware update deferred\n"
                 "dev updating 0 0 \ndev done 1 0 Firmware updated successfully\n"));
}

/* What the device has from an earlier update is not taken for the outcome of this one, even if it
 * does not let itself be reset. */
Test(updates, an_old_result_is_no_result)
{
    pull();
    reset(LOOM_BAD_REQUEST);
    observed("1", "2");
    (void)expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    notify(result, "1");
    cr_expect(eq(str, log_text, ""));
    notify(result, "0");
    notify(state, "1");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(result, "1");
    cr_expect(
        eq(str, log_text, "dev downloading 0 0 \ndev done 1 0 Firmware updated successfully\n"));
}

/* Nothing is written to a device whose update could not be followed. */
Test(updates, what_the_device_refuses_ends_it)
{
    pull();
    reset(LOOM_NOT_FOUND);
    (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    fake_port_answer(&bench.fake, LOOM_NOT_FOUND);
    nothing_more();
    cr_expect(eq(str, log_text, "dev failed 0 132 State and Update Result cannot be observed\n"));
    log_text[0] = '\0';
    pull();
    reset(LOOM_CHANGED);
    const struct fake_sent *sent = expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    fake_port_notify(&bench.fake, sent, LOOM_CONTENT, "0", true);
    (void)expect(LOOM_GET, "/5/0/3", LOOM_OBSERVE_BEGIN);
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "0", 1);
    (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_END);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    nothing_more();
    cr_expect(eq(str, log_text, "dev failed 0 69 State and Update Result cannot be observed\n"));
    log_text[0] = '\0';
    pull();
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_METHOD_NOT_ALLOWED);
    cr_expect(eq(str, log_text, "dev failed 0 133 The device refused the image\n"));
}

Test(updates, a_refused_update_ends_it)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_METHOD_NOT_ALLOWED);
    cr_expect_not_null(strstr(log_text, "failed 0 133 The device refused to update"));
}

static void stay_silent(void)
{
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
}

/* What gets lost with all its repetitions is asked again, three times. */
Test(updates, silence_does_not_end_it_at_once)
{
    pull();
    (void)expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    stay_silent();
    (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    stay_silent();
    observed("0", "0");
    for (int i = 0; i < 4; i++) {
        (void)expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
        stay_silent();
    }
    cr_expect(eq(str, log_text, "dev failed 0 0 The device did not acknowledge the image\n"));
    expect_cancelled("/5/0/3");
    expect_cancelled("/5/0/5");
    nothing_more();
}

/* The answer was lost, and nothing but that. */
Test(updates, a_device_that_downloads_has_got_the_uri)
{
    pull();
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/1", LOOM_OBSERVE_NONE);
    notify(state, "1");
    stay_silent();
    nothing_more();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    stay_silent();
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    notify(state, "3");
    stay_silent();
    nothing_more();
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloading 0 0 \ndev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
}

static void wait_in_silence(uint64_t milliseconds)
{
    bench.fake.now += milliseconds;
    loom_dm_updates_step(&updates, bench.fake.now);
}

static void expect_read(const char *path, const char *number)
{
    (void)expect(LOOM_GET, path, LOOM_OBSERVE_NONE);
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, number, strlen(number));
}

/* Notifications may get lost: what a device is silent about is read. */
Test(updates, a_lost_notification_is_made_up_for)
{
    begin_pull();
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), bench.fake.now + 30000));
    wait_in_silence(29999);
    nothing_more();
    wait_in_silence(1);
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), UINT64_MAX));
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "1");
    notify(state, "1");
    wait_in_silence(30000);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    wait_in_silence(60000);
    nothing_more();
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    wait_in_silence(30000);
    (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_NONE);
    stay_silent();
    expect_read("/5/0/3", "3");
    wait_in_silence(30000);
    expect_read("/5/0/5", "1");
    cr_expect(eq(str, log_text,
                 "dev downloading 0 0 \ndev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), UINT64_MAX));
}

/* What a device tells of other things is silence, too. */
Test(updates, silence_is_silence_of_the_update)
{
    char location[64];
    begin_pull();
    notify(state, "1");
    (void)snprintf(location, sizeof location, "/rd/%s", client("dev")->location);
    for (int i = 0; i < 2; i++) {
        wait_in_silence(14999);
        cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, location, "", ""), LOOM_CHANGED));
        nothing_more();
    }
    wait_in_silence(2);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "1");
}

/* C-93: who else resets it, or a Factory Reset, leaves nothing that would end. */
Test(updates, a_device_that_has_dropped_it_has_failed)
{
    begin_pull();
    wait_in_silence(30000);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "0");
    nothing_more(); /* it has not begun yet */
    notify(state, "1");
    notify(state, "0");
    nothing_more(); /* the result may be on its way */
    wait_in_silence(30000);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "0");
    cr_expect(
        eq(str, log_text,
           "dev downloading 0 0 \ndev failed 0 0 The device is idle and reports no result\n"));
    expect_cancelled("/5/0/3");
    expect_cancelled("/5/0/5");
    nothing_more();
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), UINT64_MAX));
}

/* C-93: so has one that takes an image for nothing. */
Test(updates, a_push_that_leaves_nothing_has_failed)
{
    cr_assert(eq(int, push_bytes((struct loom_bytes){(const uint8_t *)"", 1}), LOOM_OK));
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/0", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    wait_in_silence(30000);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "0");
    cr_expect(eq(str, log_text, "dev failed 0 0 The device is idle and reports no result\n"));
}

/* C-101: a user may put it off for days, of which once is told; the device is read ever less. */
Test(updates, a_device_without_news_is_read_less_and_less)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(result, "11");
    for (unsigned silence = 30000; silence < 3600000; silence *= 2) {
        cr_assert(eq(u64, loom_dm_updates_deadline(&updates), bench.fake.now + silence));
        wait_in_silence(silence);
        expect_read("/5/0/5", "11");
        expect_read("/5/0/3", "2");
        nothing_more();
    }
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), bench.fake.now + 3600000));
    notify(state, "3");
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), bench.fake.now + 30000));
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloaded 0 0 \ndev deferred 11 0 Firmware update deferred\n"
                 "dev updating 0 0 \ndev done 1 0 Firmware updated successfully\n"));
}

/* Nothing is read before the image is on its way. */
Test(updates, a_push_is_not_disturbed)
{
    cr_assert(eq(int, push_bytes((struct loom_bytes){(const uint8_t *)"x", 1}), LOOM_OK));
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/0", LOOM_OBSERVE_NONE);
    cr_expect(eq(u64, loom_dm_updates_deadline(&updates), UINT64_MAX));
    wait_in_silence(100000);
    nothing_more();
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    wait_in_silence(30000);
    expect_read("/5/0/5", "0");
    expect_read("/5/0/3", "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
}

/* An image is long, and not sent twice. */
Test(updates, silence_ends_a_push)
{
    cr_assert(eq(int, push_bytes((struct loom_bytes){(const uint8_t *)"x", 1}), LOOM_OK));
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/0", LOOM_OBSERVE_NONE);
    notify(state, "1");
    stay_silent();
    cr_expect(
        eq(str, log_text,
           "dev downloading 0 0 \ndev failed 0 0 The device did not acknowledge the image\n"));
}

/* C-104: a device may have begun by itself; a refusal is then none. */
Test(updates, an_update_that_has_begun_by_itself_goes_on)
{
    begin_pull();
    notify(state, "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    notify(state, "3");
    fake_port_answer(&bench.fake, LOOM_METHOD_NOT_ALLOWED);
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
}

/* A device that was Downloaded before, and stays so: what was pushed is there with the answer, what
 * is pulled is not. */
Test(updates, a_state_that_stays_is_that_of_the_new_image)
{
    for (int pushed = 0; pushed < 2; pushed++) {
        if (pushed) {
            cr_assert(eq(int, push_bytes((struct loom_bytes){(const uint8_t *)"x", 1}), LOOM_OK));
            (void)expect(LOOM_GET, "/5/0/3", LOOM_OBSERVE_END);
            fake_port_answer(&bench.fake, LOOM_CONTENT);
            (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_END);
            fake_port_answer(&bench.fake, LOOM_CONTENT);
        } else {
            pull();
        }
        reset(LOOM_BAD_REQUEST);
        observed("0", "2");
        (void)expect(LOOM_PUT, pushed ? "/5/0/0" : "/5/0/1", LOOM_OBSERVE_NONE);
        fake_port_answer(&bench.fake, LOOM_CHANGED);
        if (pushed) {
            (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
        } else {
            nothing_more();
        }
    }
}

/* C-62: another address ends observations, an Update begins them again. */
Test(updates, it_goes_on_when_the_device_moves)
{
    char location[64];
    begin_pull();
    fake_port_lose(&bench.fake, &link_dev);
    (void)snprintf(location, sizeof location, "/rd/%s", client("dev")->location);
    cr_assert(eq(u8, at_location(&link_dev_again, LOOM_POST, location, "", ""), LOOM_CHANGED));
    observed("0", "1");
    notify(result, "5");
    cr_expect(eq(str, log_text, "dev downloading 0 0 \ndev failed 5 0 Integrity check failed\n"));
}

Test(updates, another_one_takes_its_place)
{
    begin_pull();
    notify(state, "1");
    pull();
    (void)expect(LOOM_GET, "/5/0/3", LOOM_OBSERVE_END);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    (void)expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_END);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    reset(LOOM_CHANGED);
    observed("0", "0");
    cr_expect(eq(str, log_text, "dev downloading 0 0 \n"));
    cr_expect(eq(int, loom_dm_updates_pull(&updates, text_of("nobody"), text_of("coap://h/f")),
                 LOOM_NOT_FOUND));
}

/* What is no number is not taken for one. */
Test(updates, what_is_no_number_changes_nothing)
{
    begin_pull();
    notify(state, "many");
    notify(result, "-1");
    notify(result, "256");
    notify(result, "");
    fake_port_notify(&bench.fake, result, LOOM_CONTENT, "0000000000000000000000000000000000000000",
                     true);
    cr_expect(eq(str, log_text, ""));
    notify(result, "200");
    cr_expect(eq(str, log_text, "dev failed 200 0 Failed\n"));
}

/* C-90, C-91, C-103 */
Test(meaning, numbers_of_the_standard_have_words)
{
    struct loom_path path = loom_path_resource(5, 0, 3);
    struct loom_value value = {.type = LOOM_INTEGER, .as.integer = 2};
    cr_expect(eq(str, (char *)loom_catalog_meaning(NULL, &path, &value), "Downloaded"));
    value.as.integer = 4;
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
    value.as.integer = -1;
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
    value.as.integer = 12;
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
    value = (struct loom_value){.type = LOOM_STRING, .as.text = {"2", 1}};
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
    value = (struct loom_value){.type = LOOM_INTEGER, .as.integer = 1};
    path = loom_path_resource_instance(5, 0, 8, 7);
    cr_expect(eq(str, (char *)loom_catalog_meaning(NULL, &path, &value), "CoAPS"));
    path = loom_path_resource(3, 0, 5);
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
    path = loom_path_instance(5, 0);
    cr_expect_null(loom_catalog_meaning(NULL, &path, &value));
}

/* C-94: what a device has got from an earlier run of the server is followed to its end. */
Test(updates, an_update_of_before_is_followed)
{
    cr_assert(eq(int, loom_dm_updates_follow(&updates, text_of("nobody")), LOOM_NOT_FOUND));
    cr_assert(eq(int, loom_dm_updates_follow(&updates, text_of("dev")), LOOM_OK));
    observed("0", "2");
    (void)expect(LOOM_POST, "/5/0/2", LOOM_OBSERVE_NONE);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    notify(state, "3");
    notify(result, "1");
    cr_expect(eq(str, log_text,
                 "dev downloaded 0 0 \ndev updating 0 0 \n"
                 "dev done 1 0 Firmware updated successfully\n"));
}

/* The same, after it has ended: nothing is executed. */
Test(updates, an_update_that_has_ended_meanwhile_is_told)
{
    cr_assert(eq(int, loom_dm_updates_follow(&updates, text_of("dev")), LOOM_OK));
    result = expect(LOOM_GET, "/5/0/5", LOOM_OBSERVE_BEGIN);
    fake_port_notify(&bench.fake, result, LOOM_CONTENT, "8", true);
    cr_expect(eq(str, log_text, "dev failed 8 0 Firmware update failed\n"));
}

/* What is dropped says no more, and what it observes is cancelled. */
Test(updates, an_update_is_dropped_without_a_word)
{
    begin_pull();
    loom_dm_updates_drop(&updates, text_of("dev"));
    loom_dm_updates_drop(&updates, text_of("dev"));
    notify(result, "7");
    cr_expect(eq(str, log_text, ""));
    expect_cancelled("/5/0/3");
    expect_cancelled("/5/0/5");
    nothing_more();
}

/* An image is one for all: it is gone when nobody needs it any more. */
Test(updates, an_image_is_shared)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct loom_shared *image = loom_shared_copy((struct loom_bytes){bytes, sizeof bytes});
    cr_assert(eq(int, loom_dm_updates_push(&updates, text_of("dev"), image), LOOM_OK));
    cr_expect(eq(sz, image->holders, 2));
    reset(LOOM_CHANGED);
    observed("0", "0");
    (void)expect(LOOM_PUT, "/5/0/0", LOOM_OBSERVE_NONE);
    cr_expect(eq(sz, image->holders, 2)); /* the request has it */
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    cr_expect(eq(sz, image->holders, 1));
    loom_shared_release(image);
}
