/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware campaigns in a database: commits that nobody heard of, and devices that do not come
 * back after a restart. */
#define _XOPEN_SOURCE 700

#include "catalog/standard.h"
#include "database_bench.h"
#include "management_bench.h"
#include "service/campaigns.h"
#include "store/schema.h"
#include "store/stored_campaign.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 30000

/* A test that runs on both kinds of database. */
#define EACH(name)                                                                                 \
    static void name(void);                                                                        \
    static void run_##name(struct database_bench *with)                                            \
    {                                                                                              \
        used = with;                                                                               \
        name();                                                                                    \
    }                                                                                              \
    Test(kept_campaigns, name##_on_sqlite)                                                         \
    {                                                                                              \
        database_bench_run(DATABASE_SQLITE, run_##name);                                           \
    }                                                                                              \
    Test(kept_campaigns, name##_on_postgres)                                                       \
    {                                                                                              \
        database_bench_run(DATABASE_POSTGRES, run_##name);                                         \
    }                                                                                              \
    static void name(void)

static char folder[] = "/tmp/loom-kept-campaigns-XXXXXX";
static struct database_bench *used;
static struct loom_writer *writer;
static struct loom_timeline *timeline;
static struct loom_dm_updates updates;
static struct loom_images *images;
static struct loom_campaigns *campaigns;
static enum loom_campaigns_status told;
static int64_t now = 1000000;
static int gate[2];

static int64_t clock_of(void *user)
{
    (void)user;
    return now;
}

static void on_update(void *user, const struct loom_dm_update_event *event)
{
    (void)user;
    (void)event;
}

static void on_told(void *user, enum loom_campaigns_status status,
                    const struct loom_campaign *campaign)
{
    (void)user;
    (void)campaign;
    told = status;
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void step_writer(void)
{
    struct pollfd ready = {loom_writer_descriptor(writer), POLLIN, 0};
    cr_assert(eq(int, poll(&ready, 1, PATIENCE), 1));
    loom_writer_step(writer);
}

static void pump(void)
{
    loom_campaigns_step(campaigns);
    while (loom_writer_waiting(writer) > 0) {
        step_writer();
    }
    loom_writer_step(writer);
}

static void nothing(void *data, enum loom_database_status status)
{
    (void)data;
    (void)status;
}

static enum loom_database_status wait_at_the_gate(struct loom_database *database, void *data)
{
    char byte;
    (void)database;
    (void)data;
    return read(gate[0], &byte, 1) == 1 ? LOOM_DATABASE_OK : LOOM_DATABASE_ERROR;
}

static enum loom_database_status be_lost(struct loom_database *database, void *data)
{
    (void)data;
    return loom_database_commit(database) == LOOM_DATABASE_OK ? LOOM_DATABASE_LOST
                                                              : LOOM_DATABASE_ERROR;
}

/* What is posted until open_the_gate() goes into one transaction. */
static void close_the_gate(void)
{
    const struct loom_writer_job job = {.run = wait_at_the_gate, .done = nothing};
    cr_assert(eq(int, pipe(gate), 0));
    cr_assert(ne(u64, loom_writer_post(writer, &job), 0));
}

/* It is committed, and the connection goes before anybody hears of that. */
static void open_the_gate(void)
{
    const struct loom_writer_job job = {.run = be_lost, .done = nothing};
    cr_assert(ne(u64, loom_writer_post(writer, &job), 0));
    cr_assert(eq(sz, (size_t)write(gate[1], "", 1), 1));
    do {
        step_writer();
    } while (loom_writer_waiting(writer) > 0);
    loom_writer_step(writer);
    while (loom_writer_lost(writer)) {
        step_writer();
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
}

/* ---- what is stored -------------------------------------------------------------------------- */

static bool take_state(void *user, const struct loom_stored_campaign *campaign)
{
    (void)snprintf(user, 32, "%.*s", (int)campaign->state.length, campaign->state.data);
    return true;
}

static void check_stored(const char *expected)
{
    char state[32] = "none";
    struct loom_database *other = database_bench_open(used);
    cr_assert(eq(int, loom_stored_campaign_each(other, text_of(""), take_state, state),
                 LOOM_DATABASE_OK));
    loom_database_close(other);
    cr_expect(eq(str, state, (char *)expected));
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void write_file(void)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/app", folder);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert(ge(int, fputs("image", file), 0));
    cr_assert(eq(int, fclose(file), 0));
}

static void begin(const struct loom_stored_campaign *row,
                  const struct loom_stored_campaign_device *device)
{
    struct loom_database_error error;
    struct loom_database *connection = database_bench_open(used);
    cr_assert(eq(int, loom_store_migrate(connection), LOOM_DATABASE_OK));
    if (row != NULL) {
        cr_assert(eq(int, loom_stored_campaign_save(connection, row), LOOM_DATABASE_OK));
        cr_assert(eq(int, loom_stored_campaign_device_save(connection, device), LOOM_DATABASE_OK));
    }
    bench_set_up();
    cr_assert_not_null(mkdtemp(folder));
    write_file();
    const struct loom_timeline_config about = {.node = 0};
    const struct loom_images_config image_config = {
        .folder = folder, .node = {"", 0}, .now = clock_of};
    timeline = loom_timeline_create(&about);
    images = loom_images_create(&image_config, NULL, &error);
    cr_assert_not_null(images);
    struct pollfd looked = {loom_images_descriptor(images), POLLIN, 0};
    while (!loom_images_find(images, text_of("app"))->is_known) {
        cr_assert(eq(int, poll(&looked, 1, PATIENCE), 1));
        loom_images_step(images);
    }
    loom_dm_updates_begin(&updates, bench.server, &loom_catalog_standard, 1, on_update, NULL);
    const struct loom_campaigns_config config = {.server = bench.server,
                                                 .catalog = &loom_catalog_standard,
                                                 .updates = &updates,
                                                 .images = images,
                                                 .timeline = timeline,
                                                 .seed = 5,
                                                 .node = {"", 0},
                                                 .scopes = 1u << LOOM_WISH_ENDPOINT,
                                                 .now = clock_of};
    campaigns = loom_campaigns_create(&config, connection, &error);
    cr_assert_not_null(campaigns);
    writer = loom_writer_create(connection, NULL);
    cr_assert_not_null(writer);
    loom_campaigns_write(campaigns, writer);
}

static void end(void)
{
    char command[64];
    loom_writer_end(writer, PATIENCE);
    loom_dm_updates_end(&updates);
    bench_tear_down();
    loom_images_destroy(images);
    loom_campaigns_destroy(campaigns);
    loom_timeline_destroy(timeline);
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert(eq(int, system(command), 0));
}

static void add(void)
{
    json_t *json = json_loads("{\"image\": \"app\", \"version\": \"2\", \"scope\": "
                              "\"endpoint\", \"endpoints\": [\"dev\"], \"draft\": true}",
                              0, NULL);
    json_t *errors = json_array();
    cr_assert(eq(int, loom_campaigns_add(campaigns, json, "test", errors, on_told, NULL),
                 LOOM_CAMPAIGNS_OK));
    json_decref(errors);
    json_decref(json);
}

/* ---- tests ----------------------------------------------------------------------------------- */

/* Who was told that nothing was changed finds nothing after the next start, either. */
EACH(one_that_was_refused_is_not_stored)
{
    begin(NULL, NULL);
    close_the_gate();
    add();
    cr_expect(loom_campaigns_use(campaigns, "app"), "it may be there at once");
    open_the_gate();
    cr_expect(eq(int, told, LOOM_CAMPAIGNS_NOT_STORED));
    cr_expect_not(loom_campaigns_use(campaigns, "app"));
    check_stored("draft"); /* that is what nobody heard of */
    now += 60000;
    pump();
    check_stored("none");
    end();
}

EACH(a_change_that_was_refused_is_taken_back)
{
    begin(NULL, NULL);
    add();
    pump();
    cr_assert(eq(int, told, LOOM_CAMPAIGNS_OK));
    close_the_gate();
    const struct loom_campaign *campaign = loom_campaigns_next(campaigns, NULL);
    cr_assert(eq(int,
                 loom_campaigns_change(campaigns, campaign, LOOM_CAMPAIGN_RUNNING, on_told, NULL),
                 LOOM_CAMPAIGNS_OK));
    open_the_gate();
    cr_expect(eq(int, told, LOOM_CAMPAIGNS_NOT_STORED));
    check_stored("running");
    now += 60000;
    pump();
    check_stored("draft");
    end();
}

/* Otherwise the campaign could never be removed, nor its image. */
EACH(a_lost_device_of_an_ended_campaign_is_given_up)
{
    const struct loom_stored_campaign row = {
        .id = 7,
        .node = {"", 0},
        .document = text_of("{\"image\": \"app\", \"version\": \"2\", \"scope\": "
                            "\"endpoint\", \"endpoints\": [\"dev\"]}"),
        .who = text_of("test"),
        .state = text_of("cancelled"),
        .reason = {"", 0},
        .created = 1,
        .changed = 1};
    const struct loom_stored_campaign_device device = {.campaign = 7,
                                                       .endpoint = text_of("dev"),
                                                       .state = text_of("updating"),
                                                       .step = text_of("downloading"),
                                                       .attempts = 1,
                                                       .words = {"", 0}};
    struct loom_campaign_device shown;
    begin(&row, &device);
    const struct loom_campaign *campaign = loom_campaigns_find(campaigns, 7);
    cr_assert_not_null(campaign);
    pump();
    cr_assert(loom_campaign_device_at(campaign, 0, &shown));
    cr_expect(eq(int, shown.state, LOOM_CAMPAIGN_UPDATING), "it has time to come back");
    now += LOOM_CAMPAIGN_PATIENCE_MS;
    pump();
    cr_assert(loom_campaign_device_at(campaign, 0, &shown));
    cr_expect(eq(int, shown.state, LOOM_CAMPAIGN_FAILED));
    cr_expect(eq(str, (char *)shown.words,
                 (char *)"It was not heard again after a restart of the server"));
    pump();
    cr_expect(
        eq(int, loom_campaigns_remove(campaigns, campaign, on_told, NULL), LOOM_CAMPAIGNS_OK));
    pump();
    check_stored("none");
    end();
}
