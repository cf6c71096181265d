/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware campaigns with devices that the test plays: turns, versions, and what takes too long. */
#define _XOPEN_SOURCE 700

#include "catalog/standard.h"
#include "loom/codec.h"
#include "management_bench.h"
#include "service/campaigns.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/loom-campaigns-XXXXXX";
static struct loom_timeline *timeline;
static struct loom_dm_updates updates;
static struct loom_images *images;
static struct loom_campaigns *campaigns;
static const struct loom_campaign *made;
static int64_t now;

static int64_t clock_of(void *user)
{
    (void)user;
    return now;
}

static void on_update(void *user, const struct loom_dm_update_event *event)
{
    (void)user;
    loom_campaigns_hear_update(campaigns, event);
}

static void hear(const struct loom_dm_event *event)
{
    loom_dm_updates_hear(&updates, event);
    loom_campaigns_hear(campaigns, event);
}

/* The models of the devices: what they say, but for `unknown`. */
static size_t name_of(void *user, enum loom_wish_scope scope, struct loom_text endpoint, char *name)
{
    (void)user;
    (void)scope;
    memcpy(name, endpoint.data, 1);
    return 1;
}

static const char *base(void *user, const struct loom_dm_client *client)
{
    (void)user;
    (void)client;
    return "coap://192.0.2.1/files";
}

static void uploaded(void *user, enum loom_images_status status, const struct loom_image *image)
{
    (void)image;
    cr_assert(eq(int, status, LOOM_IMAGES_OK));
    *(bool *)user = true;
}

static void wait_for_the_disk(const bool *done)
{
    struct pollfd wait = {loom_images_descriptor(images), POLLIN, 0};
    while (!*done && poll(&wait, 1, -1) >= 0) {
        loom_images_step(images);
    }
}

static void no_room(void *user)
{
    (void)user;
}

static void upload(const char *name, const char *model)
{
    const struct loom_image_order order = {text_of(name), text_of("2"), text_of(model), "test"};
    const struct loom_bytes bytes = {(const uint8_t *)"image", 5};
    struct loom_image_upload *coming;
    enum loom_images_status status;
    bool done = false;
    cr_assert(
        eq(int, loom_image_upload_begin(images, &order, no_room, NULL, &coming), LOOM_IMAGES_OK));
    cr_assert(eq(sz, loom_image_upload_put(coming, bytes, &status), bytes.length));
    loom_image_upload_finish(coming, uploaded, &done);
    wait_for_the_disk(&done);
}

static void start(void)
{
    struct loom_database_error error;
    bench_set_up();
    now = 1000000;
    cr_assert_not_null(mkdtemp(folder));
    const struct loom_timeline_config about = {.node = 0};
    const struct loom_images_config image_config = {
        .folder = folder, .node = {"", 0}, .now = clock_of};
    timeline = loom_timeline_create(&about);
    images = loom_images_create(&image_config, NULL, &error);
    cr_assert_not_null(images);
    loom_dm_updates_begin(&updates, bench.server, &loom_catalog_standard, 1, on_update, NULL);
    const struct loom_campaigns_config config = {.server = bench.server,
                                                 .catalog = &loom_catalog_standard,
                                                 .updates = &updates,
                                                 .images = images,
                                                 .timeline = timeline,
                                                 .seed = 5,
                                                 .node = {"", 0},
                                                 .scopes = 15,
                                                 .name = name_of,
                                                 .base = base,
                                                 .now = clock_of};
    campaigns = loom_campaigns_create(&config, NULL, &error);
    cr_assert_not_null(campaigns);
    bench.hear = hear;
    upload("app", "");
}

static void stop(void)
{
    char command[64];
    loom_dm_updates_end(&updates);
    bench.hear = NULL;
    bench_tear_down();
    loom_images_destroy(images);
    loom_campaigns_destroy(campaigns);
    loom_timeline_destroy(timeline);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert(eq(int, system(command), 0));
}

TestSuite(campaigns, .init = start, .fini = stop);

/* ---- what the tests do ----------------------------------------------------------------------- */

static void on_made(void *user, enum loom_campaigns_status status,
                    const struct loom_campaign *campaign)
{
    (void)user;
    cr_assert(eq(int, status, LOOM_CAMPAIGNS_OK));
    made = campaign;
}

static void add(const char *document)
{
    json_t *json = json_loads(document, 0, NULL);
    json_t *errors = json_array();
    cr_assert_not_null(json);
    cr_assert(eq(int, loom_campaigns_add(campaigns, json, "test", errors, on_made, NULL),
                 LOOM_CAMPAIGNS_OK));
    json_decref(errors);
    json_decref(json);
}

static void turn(void)
{
    loom_campaigns_step(campaigns);
    step();
    loom_campaigns_step(campaigns);
    step();
}

static void pass(int64_t milliseconds)
{
    now += milliseconds;
    bench.fake.now += (uint64_t)milliseconds;
    turn();
}

static void enter_as(struct loom_session *session, const char *target)
{
    cr_assert(eq(u8, post(session, target, LIST).code, LOOM_CREATED));
    turn();
}

static const struct fake_sent *last(enum loom_method method, const char *path)
{
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, method));
    cr_assert(eq(str, (char *)sent->path, (char *)path));
    return sent;
}

static void say(const char *path, const char *value)
{
    (void)last(LOOM_GET, path);
    fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, value, strlen(value));
    turn();
}

static struct loom_campaign_device device(size_t place)
{
    struct loom_campaign_device found = {.endpoint = ""};
    cr_assert(loom_campaign_device_at(made, place, &found));
    return found;
}

#define ONE                                                                                        \
    "{\"image\": \"app\", \"scope\": \"endpoint\", \"endpoints\": [\"dev\"], \"stopAfter\": 0}"

/* From the version that it has until the device has the URI. */
static void begin_attempt(const char *version)
{
    static const struct fake_sent *observed;
    say("/3/0/3", version);
    (void)last(LOOM_PUT, "/5/0/1");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    turn();
    for (int i = 0; i < 2; i++) {
        observed = fake_port_last(&bench.fake);
        cr_assert(eq(int, observed->observe, LOOM_OBSERVE_BEGIN));
        fake_port_notify(&bench.fake, observed, LOOM_CONTENT, "0", true);
        turn();
    }
    const struct fake_sent *written = last(LOOM_PUT, "/5/0/1");
    cr_assert(eq(sz, written->length, strlen("coap://192.0.2.1/files/app")));
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    turn();
}

/* What it is asked meanwhile, the device does not answer. */
static void be_silent(int64_t milliseconds)
{
    for (int64_t passed = 0; passed < milliseconds; passed += 60000) {
        pass(60000);
        if (!fake_port_last(&bench.fake)->cancelled) {
            fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
        }
        turn();
    }
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* The attempt of which nothing is heard has failed; a second one is the last. */
Test(campaigns, silence_is_a_failure_and_two_are_the_end)
{
    add(ONE);
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_WAITING));
    (void)enter();
    turn();
    for (unsigned attempt = 1; attempt <= LOOM_CAMPAIGN_ATTEMPTS_MAX; attempt++) {
        begin_attempt("1");
        cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_UPDATING));
        cr_expect(eq(uint, device(0).attempts, attempt));
        now += LOOM_CAMPAIGN_PATIENCE_MS - 1;
        turn();
        cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_UPDATING));
        pass(1001);
        for (int i = 0; i < 2; i++) { /* what is observed is cancelled */
            cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_END));
            fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "0", 1);
            turn();
        }
    }
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_FAILED));
    cr_expect(eq(uint, device(0).attempts, LOOM_CAMPAIGN_ATTEMPTS_MAX));
    cr_expect(
        eq(str, (char *)device(0).words, (char *)"Nothing was heard of the update for too long"));
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
    size_t sent = bench.fake.sent_count;
    (void)enter();
    turn();
    cr_expect(eq(sz, bench.fake.sent_count, sent));
}

/* A device that does not answer keeps nobody waiting: it gets its turn when it is heard again. */
Test(campaigns, who_does_not_answer_gives_up_its_turn)
{
    add(ONE);
    (void)enter();
    turn();
    (void)last(LOOM_GET, "/3/0/3");
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    turn();
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_WAITING));
    cr_expect(eq(uint, device(0).attempts, 0));
    size_t sent = bench.fake.sent_count;
    be_silent(60000);
    cr_expect(eq(sz, bench.fake.sent_count, sent));
    (void)enter();
    turn();
    say("/3/0/3", "2");
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_SKIPPED));
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
}

/* So many at once; the next one when one of them is through. */
Test(campaigns, devices_wait_for_their_turn)
{
    enter_as(&link_open, "/rd?ep=a&lt=86400&lwm2m=1.1&b=U");
    enter_as(&link_moved, "/rd?ep=b&lt=86400&lwm2m=1.1&b=U");
    add("{\"image\": \"app\", \"scope\": \"all\", \"parallel\": 1}");
    turn();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(ptr, bench.fake.sent[0].session, &link_open));
    say("/3/0/3", "2");
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    cr_expect(eq(ptr, bench.fake.sent[1].session, &link_moved));
    /* One that comes later is of it, too. */
    (void)enter();
    turn();
    cr_expect(eq(sz, bench.fake.sent_count, 2));
    say("/3/0/3", "2");
    say("/3/0/3", "2");
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
    cr_expect(eq(sz, made->counts[LOOM_CAMPAIGN_SKIPPED], 3));
}

/* B-82: one that sleeps gets its turn when it wakes, and takes nobody's meanwhile. */
Test(campaigns, a_sleeping_device_takes_no_turn)
{
    enter_as(&link_open, "/rd?ep=a&lt=86400&lwm2m=1.1&b=U&Q");
    pass(93000);
    add("{\"image\": \"app\", \"scope\": \"all\", \"parallel\": 1}");
    turn();
    cr_expect(eq(sz, bench.fake.sent_count, 0));
    enter_as(&link_moved, "/rd?ep=b&lt=86400&lwm2m=1.1&b=U");
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(ptr, bench.fake.sent[0].session, &link_moved));
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_WAITING));
    say("/3/0/3", "2");
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_RUNNING));
    enter_as(&link_open, "/rd?ep=a&lt=86400&lwm2m=1.1&b=U&Q");
    say("/3/0/3", "2");
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
}

/* C-91: what is not for this device is not tried again. */
Test(campaigns, what_would_fail_again_is_not_repeated)
{
    add(ONE);
    (void)enter();
    turn();
    begin_attempt("1");
    for (size_t i = bench.fake.sent_count; i-- > 0;) {
        if (strcmp(bench.fake.sent[i].path, "/5/0/5") == 0) {
            fake_port_notify(&bench.fake, &bench.fake.sent[i], LOOM_CONTENT, "6", true);
            break;
        }
    }
    turn();
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_FAILED));
    cr_expect(eq(uint, device(0).attempts, 1));
    cr_expect(eq(int, device(0).result, 6));
}

static void notify_of(const char *path, const char *value)
{
    for (size_t i = bench.fake.sent_count; i-- > 0;) {
        const struct fake_sent *sent = &bench.fake.sent[i];
        if (sent->observe == LOOM_OBSERVE_BEGIN && strcmp(sent->path, path) == 0) {
            fake_port_notify(&bench.fake, sent, LOOM_CONTENT, value, true);
            break;
        }
    }
    turn();
}

/* What a device reports is hostile: its version is cut where it is too long, and stays text. It is
 * asked twice, and then not tried again. */
Test(campaigns, an_unchanged_version_is_the_end)
{
    char version[151];
    for (size_t i = 0; i < 150; i += 2) {
        memcpy(&version[i], "\xC3\xA9", 3);
    }
    version[0] = 'v';
    version[1] = 'v';
    memmove(&version[1], &version[2], 149); /* so that it is cut within a letter */
    add(ONE);
    (void)enter();
    turn();
    begin_attempt("1");
    notify_of("/5/0/5", "1");
    say("/3/0/3", version);
    for (int i = 0; i < 2; i++) { /* what was observed is cancelled */
        cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_END));
        fake_port_answer_with(&bench.fake, LOOM_CONTENT, LOOM_FORMAT_TEXT, "1", 1);
        turn();
    }
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_UPDATING));
    pass(LOOM_CAMPAIGN_SETTLE_MS);
    say("/3/0/3", version);
    cr_expect(eq(int, device(0).state, LOOM_CAMPAIGN_FAILED));
    cr_expect(eq(uint, device(0).attempts, 1));
    cr_expect_not_null(strstr(device(0).words, "Version unchanged"));
    cr_expect(loom_utf8_is_string(text_of(device(0).words)));
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
}

/* An image for a model is for no other. */
Test(campaigns, an_image_is_for_its_model)
{
    upload("lamp", "L1");
    add("{\"image\": \"lamp\", \"scope\": \"endpoint\", \"endpoints\": [\"dev\"]}");
    (void)enter();
    turn();
    say("/3/0/1", "L1");
    say("/3/0/3", "2");
    cr_expect(eq(str, (char *)device(0).words, (char *)"It has this version already"));
    add("{\"image\": \"lamp\", \"scope\": \"endpoint\", \"endpoints\": [\"dev\"]}");
    turn();
    say("/3/0/1", "L2");
    cr_expect(eq(str, (char *)device(0).words, (char *)"The image is for another model"));
}

/* Whether a campaign of the image `app` is refused. */
static bool is_refused(void)
{
    json_t *json = json_loads(ONE, 0, NULL);
    json_t *errors = json_array();
    enum loom_campaigns_status status =
        loom_campaigns_add(campaigns, json, "test", errors, on_made, NULL);
    size_t count = json_array_size(errors);
    json_decref(errors);
    json_decref(json);
    return status == LOOM_CAMPAIGNS_BAD && count == 1;
}

/* A campaign is for the image that was there when it was made: it must not get another. */
Test(campaigns, an_image_that_is_going_gets_no_campaign)
{
    const struct loom_image_order order = {text_of("app"), text_of("3"), text_of(""), "test"};
    struct pollfd wait = {loom_images_descriptor(images), POLLIN, 0};
    struct loom_image_upload *coming;
    bool done = false;
    cr_assert(
        eq(int, loom_image_upload_begin(images, &order, no_room, NULL, &coming), LOOM_IMAGES_OK));
    loom_image_upload_finish(coming, uploaded, &done);
    cr_assert(eq(int, poll(&wait, 1, -1), 1));
    loom_images_step(images); /* it is whole, and gets its name */
    cr_assert_not(done);
    cr_expect(is_refused());
    wait_for_the_disk(&done);

    const struct loom_image *image = loom_images_find(images, text_of("app"));
    done = false;
    cr_assert(eq(int, loom_images_remove(images, image, uploaded, &done), LOOM_IMAGES_OK));
    cr_expect(is_refused());
    wait_for_the_disk(&done);
    cr_expect(is_refused());
}

/* A campaign begins and ends at its times. */
Test(campaigns, times_are_kept)
{
    enter_as(&link_dev, "/rd?ep=dev&lt=86400&lwm2m=1.1&b=U");
    add("{\"image\": \"app\", \"scope\": \"endpoint\", \"endpoints\": [\"dev\", \"other\"],"
        " \"notBefore\": \"1970-01-01T01:00:00Z\", \"expires\": \"1970-01-01T02:00:00Z\"}");
    turn();
    cr_expect(eq(sz, bench.fake.sent_count, 0));
    cr_expect(eq(i64, loom_campaigns_deadline(campaigns), 3600000));
    pass(3600000 - now);
    say("/3/0/3", "2");
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_RUNNING));
    pass(7200000 - now);
    cr_expect(eq(int, made->state, LOOM_CAMPAIGN_FINISHED));
    cr_expect(eq(str, (char *)device(1).words, (char *)"The campaign has expired"));
    cr_expect(not(loom_campaigns_use(campaigns, "app")));
}

/* By group or model: those that are of it. */
Test(campaigns, a_group_has_its_devices)
{
    enter_as(&link_open, "/rd?ep=a1&lt=86400&lwm2m=1.1&b=U");
    enter_as(&link_moved, "/rd?ep=b1&lt=86400&lwm2m=1.1&b=U");
    add("{\"image\": \"app\", \"scope\": \"group\", \"name\": \"b\", \"draft\": true}");
    turn();
    cr_expect(eq(sz, made->counts[LOOM_CAMPAIGN_WAITING], 1));
    cr_expect(not(made->enrols));
    cr_expect(eq(str, (char *)device(0).endpoint, (char *)"b1"));
    cr_expect(eq(sz, bench.fake.sent_count, 0));
}
