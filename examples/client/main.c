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
#include "firmware.h"
#include "live.h"
#include "options.h"
#include "product.h"
#include "report.h"

#include "loom/port_coap.h"
#include "loom/port_file.h"
#include "loom/signals.h"

#define REGISTRATIONS 3u
#define BUFFER_SIZE   8192u
#define OBSERVATIONS  64u
#define ATTRIBUTES    2048u
#define OUTBOX        8192u
/* A server that does not answer the De-register does not hold up the end of the program. */
#define STOP_LIMIT_MS 3000u
/* While the console moves the clock, the network gets this much real time at every deadline. */
#define SETTLE_MS 50u
/* Output that may wait for its reader, and how long the end of the program waits for it. */
#define OUTPUT_ROOM  ((size_t)1024 * 1024)
#define LAST_WAIT_MS 2000

/* With --exit-on-reboot, for whoever starts it again. */
#define EXIT_REBOOT 3

/* What the program ends for, in rising order: a device that does both is reset. */
enum restart { RESTART_NONE, RESTART_REBOOT, RESTART_FACTORY_RESET };

enum { DEVICE = 3, REBOOT = 4, FACTORY_RESET = 5 };

struct program {
    struct client_options options;
    struct client_report report;
    int signals;   /* readable once a signal has come that ends the program */
    bool stopping; /* it has come */
    enum restart restart;
    struct client_console console;
    struct client_live live;
    uint64_t next_look; /* at values that nobody reads */
    struct client_firmware firmware;
    struct client_product product;
    struct loom_client client;
    struct loom_registration registrations[REGISTRATIONS];
    uint8_t locations[REGISTRATIONS * LOOM_LOCATION_SIZE];
    struct loom_observation observations[OBSERVATIONS];
    uint8_t attributes[ATTRIBUTES];
    uint8_t outbox[OUTBOX];
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
    client_live_executed(&program->live, &at->path);
    if (at->path.id[LOOM_OBJECT_ID] != DEVICE) {
        return;
    }
    if (at->path.id[LOOM_RESOURCE_ID] == FACTORY_RESET) {
        program->restart = RESTART_FACTORY_RESET;
    } else if (at->path.id[LOOM_RESOURCE_ID] == REBOOT && program->restart == RESTART_NONE) {
        program->restart = RESTART_REBOOT;
    }
}

static void on_changed(const struct loom_at *at, enum loom_change change)
{
    struct program *program = at->user;
    client_live_changed(&program->live, at, change);
}

static const struct loom_model_hooks hooks = {.executed = on_executed, .changed = on_changed};

/* Objects with values that are live, and requests for several objects. */
static bool asks_for_live(const struct loom_request *request)
{
    return request->path_count == 0 ||
           (request->path[0].length == 1 && strchr("347", request->path[0].data[0]) != NULL);
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct program *program = side;
    if (asks_for_live(request)) {
        client_live_look(&program->live);
    }
    loom_client_stream_side.request(&program->client, owner, session, request, reply);
}

static bool on_body(void *side, void *owner, struct loom_session *session,
                    const struct loom_request *request)
{
    struct program *program = side;
    return loom_client_stream_side.takes_pieces(&program->client, owner, session, request);
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct program *program = side;
    loom_client_stream_side.response(&program->client, owner, session, exchange, response, failure);
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct program *program = side;
    loom_client_stream_side.lost(&program->client, owner, session, failure, alert);
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    struct program *program = side;
    loom_client_stream_side.notified(&program->client, owner, session, observation, failure);
}

/* The client, which finds its values up to date. */
static const struct loom_side side = {.request = on_request,
                                      .takes_pieces = on_body,
                                      .response = on_response,
                                      .lost = on_lost,
                                      .notified = on_notified};

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

/* Somebody has said that the program is to end. */
static bool is_ending(const struct program *program)
{
    return program->stopping || program->restart != RESTART_NONE || program->console.quit ||
           program->firmware.installed;
}

/* Waits for the deadline, the network, the console or a signal, whatever the program is busy with.
 * @return false if the wait failed. */
static bool turn(struct program *program, uint64_t deadline, bool console)
{
    bool input = console && !program->console.closed;
    struct pollfd extra[3] = {{program->stopping ? -1 : program->signals, POLLIN, 0},
                              loom_line_output_watch(&program->report.output),
                              {input ? STDIN_FILENO : -1, POLLIN, 0}};
    enum loom_status status = loom_coap_wait(program->coap, deadline, extra, 3);
    program->stopping = program->stopping || extra[0].revents != 0;
    if (extra[1].revents != 0) {
        loom_line_output_flush(&program->report.output);
    }
    if (extra[2].revents != 0) {
        client_console_read(&program->console);
    }
    return status == LOOM_OK;
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* @return when something is due again */
static uint64_t step(struct program *program)
{
    if (client_live_deadline(&program->live) <= now(program)) {
        client_live_look(&program->live);
    }
    client_firmware_step(&program->firmware);
    uint64_t deadline = loom_client_step(&program->client);
    deadline = earlier(deadline, client_firmware_deadline(&program->firmware));
    return earlier(deadline, client_live_deadline(&program->live));
}

/* Values change without anybody who asks for them, but may be observed. */
static void look_around(struct program *program)
{
    if (now(program) >= program->next_look) {
        client_live_look(&program->live);
        program->next_look = now(program) + CLIENT_LIVE_PERIOD_MS;
    }
}

static void let_settle(struct program *program)
{
    uint64_t end = now(program) + SETTLE_MS;
    for (uint64_t time = now(program); time < end && !is_ending(program); time = now(program)) {
        turn(program, end, false);
        step(program);
    }
}

/* Moves the clock from deadline to deadline, so that everything happens at its time. */
static void advance(struct program *program)
{
    uint64_t target = now(program) + program->console.advance_ms;
    for (;;) {
        uint64_t next = earlier(step(program), target);
        uint64_t time = now(program);
        next = earlier(next, loom_coap_deadline(program->coap));
        if (next > time) {
            program->clock_offset_ms += (int64_t)(next - time);
        }
        step(program);
        let_settle(program);
        if (now(program) >= target || is_ending(program)) {
            break;
        }
    }
    program->console.advance_ms = 0;
    if (!is_ending(program)) {
        client_report_done(&program->report, "advance");
        client_console_run(&program->console);
    }
}

static void run(struct program *program)
{
    bool running = true;
    while (running && !is_ending(program)) {
        look_around(program);
        uint64_t deadline = earlier(step(program), program->next_look);
        running = turn(program, deadline, true);
        while (program->console.advance_ms > 0 && !is_ending(program)) {
            advance(program);
        }
    }
    loom_client_stop(&program->client);
    uint64_t limit = now(program) + STOP_LIMIT_MS;
    uint64_t deadline = loom_client_step(&program->client);
    while (!loom_client_stopped(&program->client) && now(program) < limit) {
        turn(program, earlier(deadline, limit), false);
        deadline = loom_client_step(&program->client);
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

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

static bool start_firmware(struct program *program)
{
    const struct client_options *options = &program->options;
    const struct client_firmware_config config = {
        .file = options->firmware,
        .wanted = options->has_firmware_sha256 ? options->firmware_sha256 : NULL,
        .attempts_most = options->firmware_attempts,
        .defers = options->defer_updates,
        .model = &program->model,
        .client = &program->client,
        .failed = on_store_failed,
        .user = program};
    if (options->firmware == NULL) {
        return true;
    }
    if (!client_firmware_start(&program->firmware, &config)) {
        fail(program->firmware.error);
        return false;
    }
    return true;
}

static int start(struct program *program)
{
    const struct loom_product *product = &program->product.product;
    const char *problem;
    if (!client_product_choose(&program->product, program->options.lwm2m,
                               program->options.firmware != NULL, &problem)) {
        return fail(problem);
    }
    if (program->options.state != NULL && !open_store(program)) {
        return EXIT_FAILURE;
    }
    program->data = calloc(1, product->data_size);
    program->staging = calloc(1, product->staging_size);
    struct loom_coap_config coap_config = {.clock_offset_ms = &program->clock_offset_ms,
                                           .traffic = &program->live.traffic,
                                           .local_port = program->options.local_port,
                                           .answer_max = program->options.answer_max,
                                           .secure_retransmit = program->options.secure_retransmit};
    errno = 0;
    program->coap = loom_coap_create(&coap_config, &side, program, &program->port);
    if (program->coap == NULL && (errno == EADDRINUSE || errno == EACCES)) {
        return fail("the port of --local-port is not available");
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
    client_live_start(&program->live, &program->model, &program->port, program->options.state);
    if (!start_firmware(program) || !apply_settings(program)) {
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
                                        .outbox = program->outbox,
                                        .outbox_size = OUTBOX,
                                        .buffer = program->buffer,
                                        .buffer_size = sizeof program->buffer,
                                        .port = &program->port,
                                        .event = on_event,
                                        .user = program};
    config.store = program->options.state == NULL ? NULL : &program->store;
    config.firmware = program->options.firmware == NULL ? NULL : &program->firmware.update;
    return loom_client_start(&program->client, &config) == LOOM_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The accounts are those of the command line again, and no image is on its way. Files that stay are
 * told of by the store. */
static void reset_to_factory(struct program *program)
{
    const struct loom_medium *medium = &program->files.medium;
    for (unsigned slot = 0; program->options.state != NULL && slot < LOOM_SLOT_COUNT; slot++) {
        if (medium->erase(medium->self, slot) == LOOM_OK) {
            (void)medium->sync(medium->self, slot);
        }
    }
    client_firmware_drop(&program->firmware);
}

/* ---- the command line, as it came ------------------------------------------------------------ */

static void drop_arguments(char **arguments)
{
    for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i++) {
        memset(arguments[i], 0, strlen(arguments[i])); /* one may be a key */
        free(arguments[i]);
    }
    free(arguments);
}

/* @return a copy that ends with NULL, or NULL: not enough memory */
static char **copy_arguments(int argc, char **argv)
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    for (int i = 0; copy != NULL && i < argc; i++) {
        copy[i] = strdup(argv[i]);
        if (copy[i] == NULL) {
            drop_arguments(copy);
            return NULL;
        }
    }
    return copy;
}

/* @return the exit status, if it returns */
static int restart(char **arguments)
{
    (void)execvp(arguments[0], arguments);
    fprintf(stderr, "loom-client: error: cannot start again: %s\n", strerror(errno));
    return EXIT_FAILURE;
}

/* Without a product nothing has been put there yet. */
static void wipe(void *data, size_t size)
{
    if (data != NULL) {
        memset(data, 0, size);
    }
    free(data);
}

static void finish(struct program *program)
{
    const struct loom_product *product = program->model.product;
    loom_coap_destroy(program->coap);
    client_firmware_stop(&program->firmware);
    loom_file_medium_close(&program->files);
    wipe(program->data, product == NULL ? 0 : product->data_size);
    wipe(program->staging, product == NULL ? 0 : product->staging_size);
    loom_line_output_close(&program->report.output, LAST_WAIT_MS);
}

/* @return whether it is to start again */
static bool serve(struct program *program)
{
    program->console.client = &program->client;
    program->console.model = &program->model;
    program->console.port = &program->port;
    program->console.report = &program->report;
    program->console.live = &program->live;
    run(program);
    if (program->restart == RESTART_FACTORY_RESET) {
        reset_to_factory(program);
    }
    bool again = program->restart != RESTART_NONE || program->firmware.installed;
    return again && !program->stopping;
}

int main(int argc, char **argv)
{
    static struct program program;
    char **arguments = copy_arguments(argc, argv);
    if (arguments == NULL) {
        return fail("not enough memory");
    }
    enum client_options_result read = client_options_read(&program.options, argc, argv);
    if (read != CLIENT_OPTIONS_RUN) {
        drop_arguments(arguments);
        return read == CLIENT_OPTIONS_DONE ? EXIT_SUCCESS : 2;
    }
    program.signals = loom_signals_catch();
    if (program.signals < 0) {
        drop_arguments(arguments);
        return fail("signals cannot be caught");
    }
    if (!loom_line_output_open(&program.report.output, STDOUT_FILENO, OUTPUT_ROOM)) {
        drop_arguments(arguments);
        return fail("not enough memory");
    }
    int result = start(&program);
    bool again = result == EXIT_SUCCESS && serve(&program);
    finish(&program);
    if (again) {
        result = program.options.exit_on_reboot ? EXIT_REBOOT : restart(arguments);
    }
    drop_arguments(arguments);
    return result;
}
