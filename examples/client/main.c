/* SPDX-License-Identifier: Apache-2.0 */
/* loom-client: the example product. A product of one's own is this without the console. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "device.h"
#include "objects.h"
#include "options.h"
#include "report.h"

#include "loom/port_coap.h"
#include "loom/port_file.h"
#include "loom/signals.h"

#define REGISTRATIONS 3u
#define BUFFER_SIZE   8192u
#define OBSERVATIONS  64u
#define ATTRIBUTES    2048u
/* A server that does not answer the De-register does not hold up the end of the program. */
#define STOP_LIMIT_MS 3000u
/* While the console moves the clock, the network gets this much real time at every deadline. */
#define SETTLE_MS 50u
/* Output that may wait for its reader, and how long the end of the program waits for it. */
#define OUTPUT_ROOM  ((size_t)1024 * 1024)
#define LAST_WAIT_MS 2000

struct program {
    struct client_options options;
    struct client_report report;
    int signals;   /* readable once a signal has come that ends the program */
    bool stopping; /* it has come */
    struct client_console console;
    struct loom_client client;
    struct loom_registration registrations[REGISTRATIONS];
    uint8_t locations[REGISTRATIONS * LOOM_LOCATION_SIZE];
    struct loom_observation observations[OBSERVATIONS];
    uint8_t attributes[ATTRIBUTES];
    struct loom_model model;
    struct loom_coap_port *coap;
    struct loom_port port;
    struct loom_file_medium files;
    struct loom_store store;
    void *data;
    void *staging;
    int64_t clock_offset_ms;
    uint8_t buffer[BUFFER_SIZE];
};

/* ---- hooks ----------------------------------------------------------------------------------- */

static void on_event(void *user, const struct loom_event *event)
{
    struct program *program = user;
    client_report_event(&program->report, event);
}

static void on_executed(const struct loom_at *at, struct loom_text arguments)
{
    struct program *program = at->user;
    client_report_executed(&program->report, &at->path, arguments);
}

static const struct loom_model_hooks hooks = {.executed = on_executed};

static void on_store_failed(void *user, const char *error)
{
    struct program *program = user;
    client_report_store(&program->report, error);
}

/* ---- the loop -------------------------------------------------------------------------------- */

static uint64_t now(const struct program *program)
{
    return program->port.now(program->port.self);
}

/* Waits for the network, the console or a signal, whatever the program is busy with. @return false
 * if the wait failed. */
static bool turn(struct program *program, uint32_t timeout_ms, bool console)
{
    bool input = console && !program->console.closed;
    struct pollfd extra[3] = {{program->stopping ? -1 : program->signals, POLLIN, 0},
                              loom_line_output_watch(&program->report.output),
                              {input ? STDIN_FILENO : -1, POLLIN, 0}};
    enum loom_status status = loom_coap_step(program->coap, timeout_ms, extra, 3);
    program->stopping = program->stopping || extra[0].revents != 0;
    if (extra[1].revents != 0) {
        loom_line_output_flush(&program->report.output);
    }
    if (extra[2].revents != 0) {
        client_console_read(&program->console);
    }
    return status == LOOM_OK;
}

static uint32_t wait_for(const struct program *program, uint64_t deadline)
{
    uint64_t time = now(program);
    if (deadline == UINT64_MAX) {
        return UINT32_MAX;
    }
    uint64_t wait = deadline > time ? deadline - time : 0;
    return wait < UINT32_MAX ? (uint32_t)wait : UINT32_MAX - 1;
}

static void let_settle(struct program *program)
{
    uint64_t end = now(program) + SETTLE_MS;
    for (uint64_t time = now(program); time < end && !program->stopping; time = now(program)) {
        turn(program, (uint32_t)(end - time), false);
        loom_client_step(&program->client);
    }
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* Moves the clock from deadline to deadline, so that everything happens at its time. */
static void advance(struct program *program)
{
    uint64_t target = now(program) + program->console.advance_ms;
    for (;;) {
        uint64_t next = earlier(loom_client_step(&program->client), target);
        uint64_t time = now(program);
        next = earlier(next, loom_coap_deadline(program->coap));
        if (next > time) {
            program->clock_offset_ms += (int64_t)(next - time);
        }
        loom_client_step(&program->client);
        let_settle(program);
        if (now(program) >= target || program->stopping) {
            break;
        }
    }
    program->console.advance_ms = 0;
    if (!program->stopping) {
        client_report_done(&program->report, "advance");
        client_console_run(&program->console);
    }
}

static void run(struct program *program)
{
    bool running = true;
    while (running && !program->stopping && !program->console.quit) {
        uint64_t deadline = loom_client_step(&program->client);
        running = turn(program, wait_for(program, deadline), true);
        while (program->console.advance_ms > 0 && !program->stopping) {
            advance(program);
        }
    }
    loom_client_stop(&program->client);
    uint64_t limit = now(program) + STOP_LIMIT_MS;
    uint64_t deadline = loom_client_step(&program->client);
    while (!loom_client_stopped(&program->client) && now(program) < limit) {
        turn(program, wait_for(program, deadline < limit ? deadline : limit), false);
        deadline = loom_client_step(&program->client);
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static const struct loom_product *product_of(uint16_t lwm2m)
{
    for (size_t i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        if (loom_products[i]->lwm2m == lwm2m || loom_products[i]->lwm2m == 0) {
            return loom_products[i];
        }
    }
    return NULL;
}

static int fail(const char *text)
{
    fprintf(stderr, "loom-client: error: %s\n", text);
    return EXIT_FAILURE;
}

static bool open_store(struct program *program)
{
    if (loom_file_medium_open(&program->files, program->options.state) != LOOM_OK) {
        fail(program->files.error);
        return false;
    }
    program->files.failed = on_store_failed;
    program->files.user = program;
    loom_record_store(&program->store, &program->files.medium);
    return true;
}

static bool apply_settings(struct program *program)
{
    for (size_t i = 0; i < program->options.setting_count; i++) {
        const char *setting = program->options.settings[i];
        if (client_device_apply(&program->model, setting) != LOOM_OK) {
            fprintf(stderr, "loom-client: error: --set %.*s: no such resource, or a wrong value\n",
                    (int)strcspn(setting, "="), setting);
            return false;
        }
    }
    return true;
}

static int start(struct program *program)
{
    const struct loom_product *product = product_of(program->options.lwm2m);
    if (product == NULL) {
        return fail("this device is not built for that version of LwM2M");
    }
    if (program->options.state != NULL && !open_store(program)) {
        return EXIT_FAILURE;
    }
    program->data = calloc(1, product->data_size);
    program->staging = calloc(1, product->staging_size);
    struct loom_coap_config coap_config = {.clock_offset_ms = &program->clock_offset_ms,
                                           .local_port = program->options.local_port,
                                           .secure_retransmit = program->options.secure_retransmit};
    errno = 0;
    program->coap =
        loom_coap_create(&coap_config, &loom_client_side, &program->client, &program->port);
    if (program->coap == NULL && (errno == EADDRINUSE || errno == EACCES)) {
        return fail("the port of --local-port cannot be had");
    }
    if (program->data == NULL || program->staging == NULL || program->coap == NULL) {
        return fail("not enough memory");
    }
    program->report.json = program->options.json;
    program->report.begin = now(program);
    loom_model_init(&program->model, product, program->data, &hooks, program);
    if (client_device_fill(&program->model, &program->options) != LOOM_OK) {
        return fail("an account of the command line does not fit the device");
    }
    if (!apply_settings(program)) {
        return EXIT_FAILURE;
    }
    memset(program->options.key, 0, sizeof program->options.key);
    struct loom_client_config config = {.endpoint = program->options.endpoint,
                                        .lwm2m = program->options.lwm2m,
                                        .lwm2m_oldest = program->options.oldest_lwm2m,
                                        .queue_mode = program->options.queue_mode,
                                        .bootstrap_pack = program->options.bootstrap_pack,
                                        .profile_id = program->options.profile_id,
                                        .model = &program->model,
                                        .staging = program->staging,
                                        .registrations = program->registrations,
                                        .registration_room = REGISTRATIONS,
                                        .locations = program->locations,
                                        .location_size = LOOM_LOCATION_SIZE,
                                        .observations = program->observations,
                                        .observation_room = OBSERVATIONS,
                                        .attributes = program->attributes,
                                        .attribute_size = ATTRIBUTES,
                                        .buffer = program->buffer,
                                        .buffer_size = sizeof program->buffer,
                                        .port = &program->port,
                                        .event = on_event,
                                        .user = program};
    config.store = program->options.state == NULL ? NULL : &program->store;
    return loom_client_start(&program->client, &config) == LOOM_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Without a product nothing has been put there yet. */
static void wipe(void *data, size_t size)
{
    if (data != NULL) {
        memset(data, 0, size);
    }
    free(data);
}

int main(int argc, char **argv)
{
    static struct program program;
    switch (client_options_read(&program.options, argc, argv)) {
    case CLIENT_OPTIONS_DONE:
        return EXIT_SUCCESS;
    case CLIENT_OPTIONS_BAD:
        return 2;
    case CLIENT_OPTIONS_RUN:
        break;
    }
    program.signals = loom_signals_catch();
    if (program.signals < 0) {
        return fail("signals cannot be caught");
    }
    if (!loom_line_output_open(&program.report.output, STDOUT_FILENO, OUTPUT_ROOM)) {
        return fail("not enough memory");
    }
    int result = start(&program);
    if (result == EXIT_SUCCESS) {
        program.console.client = &program.client;
        program.console.model = &program.model;
        program.console.port = &program.port;
        program.console.report = &program.report;
        run(&program);
    }
    loom_coap_destroy(program.coap);
    loom_file_medium_close(&program.files);
    const struct loom_product *product = program.model.product;
    wipe(program.data, product == NULL ? 0 : product->data_size);
    wipe(program.staging, product == NULL ? 0 : product->staging_size);
    loom_line_output_close(&program.report.output, LAST_WAIT_MS);
    return result;
}
