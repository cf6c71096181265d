/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/trace.h"

#include "common/text.h"
#include "loom/codec.h"

#include <stdio.h>
#include <string.h>

enum { URI_PATH = 11, URI_QUERY = 15, RESPONSES = 64 /* the least code of an answer */ };

/* ---- whose message it is --------------------------------------------------------------------- */

static bool says_name(const struct loom_coap_message *message, const char *endpoint)
{
    for (size_t i = 0; i < message->option_count; i++) {
        struct loom_bytes value = message->options[i].value;
        struct loom_text query = {(const char *)value.data, value.length};
        struct loom_text name;
        struct loom_text said;
        if (message->options[i].number == URI_QUERY && value.length > 0) {
            loom_query_split(query, &name, &said);
            if (loom_text_is(name, "ep") && said.data != NULL && loom_text_is(said, endpoint)) {
                return true;
            }
        }
    }
    return false;
}

static bool has_identity(const struct loom_program *program, const struct loom_trace *trace,
                         struct loom_bytes identity)
{
    const struct loom_fleet_account *account =
        identity.length == 0
            ? NULL
            : program->store.by_endpoint(program->store.self, loom_program_text(trace->endpoint));
    bool same = account != NULL && loom_bytes_same(account->identity, identity);
    loom_fleet_account_release(account);
    return same;
}

static void set_address(struct loom_trace *trace, struct loom_text address)
{
    (void)snprintf(trace->address, sizeof trace->address, "%.*s", (int)address.length,
                   address.length == 0 ? "" : address.data);
}

static bool is_its(const struct loom_program *program, struct loom_trace *trace,
                   const struct loom_coap_message *message)
{
    if (trace->address[0] != '\0' && loom_text_is(message->peer.address, trace->address)) {
        return true;
    }
    if (message->received && (says_name(message, trace->endpoint) ||
                              has_identity(program, trace, message->peer.identity))) {
        set_address(trace, message->peer.address);
        return true;
    }
    return false;
}

/* ---- what it is about ------------------------------------------------------------------------ */

static enum loom_trace_target target_of_word(struct loom_text word)
{
    static const struct {
        const char *word;
        enum loom_trace_target target;
    } words[] = {{"rd", LOOM_TRACE_LINKS},
                 {"bs", LOOM_TRACE_LINKS},
                 {"dp", LOOM_TRACE_SEND},
                 {"bspack", LOOM_TRACE_PACK},
                 {"files", LOOM_TRACE_FILE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (loom_text_is(word, words[i].word)) {
            return words[i].target;
        }
    }
    return LOOM_TRACE_OTHER;
}

static struct loom_trace_asked read_target(const struct loom_coap_message *message)
{
    struct loom_trace_asked about = {.target = LOOM_TRACE_OBJECTS, .path = loom_path_root()};
    for (size_t i = 0; i < message->option_count; i++) {
        struct loom_bytes value = message->options[i].value;
        struct loom_text word = {(const char *)value.data, value.length};
        uint16_t id;
        if (message->options[i].number != URI_PATH || value.length == 0) {
            continue;
        }
        if (about.path.depth < 4 && loom_text_to_id(word, &id)) {
            about.path.id[about.path.depth++] = id;
        } else {
            about.target = about.path.depth == 0 ? target_of_word(word) : LOOM_TRACE_OTHER;
            return about;
        }
    }
    return about;
}

static struct loom_trace_asked *find_asked(struct loom_trace *trace,
                                           const struct loom_coap_message *message)
{
    for (size_t i = 0; i < LOOM_TRACE_ASKED_MAX; i++) {
        /* The last one first. */
        struct loom_trace_asked *asked =
            &trace
                 ->asked[(trace->next_asked + LOOM_TRACE_ASKED_MAX - 1 - i) % LOOM_TRACE_ASKED_MAX];
        if (asked->target != LOOM_TRACE_UNKNOWN && asked->received != message->received &&
            asked->token_length == message->token.length &&
            (asked->token_length == 0 ||
             memcmp(asked->token, message->token.data, asked->token_length) == 0)) {
            return asked;
        }
    }
    return NULL;
}

static const struct loom_trace_asked *remember(struct loom_trace *trace,
                                               const struct loom_coap_message *message)
{
    struct loom_trace_asked *asked = &trace->asked[trace->next_asked];
    trace->next_asked = (trace->next_asked + 1) % LOOM_TRACE_ASKED_MAX;
    *asked = read_target(message);
    asked->received = message->received;
    asked->token_length = message->token.length <= sizeof asked->token ? message->token.length : 0;
    if (asked->token_length > 0) {
        memcpy(asked->token, message->token.data, asked->token_length);
    }
    return asked;
}

/* ---- the messages ---------------------------------------------------------------------------- */

static void look_on(struct loom_program *program);

static void end(struct loom_program *program, struct loom_trace *trace)
{
    trace->on = false;
    loom_program_say(program, "trace-ended", LOOM_LOG_INFO, trace->endpoint);
    for (size_t i = 0; i < program->traces.listener_count; i++) {
        const struct loom_trace_listener *listener = &program->traces.listeners[i];
        listener->on_end(listener->self, loom_program_text(trace->endpoint));
    }
}

static void show(struct loom_program *program, struct loom_trace *trace,
                 const struct loom_coap_message *message)
{
    static const struct loom_trace_asked unknown = {.target = LOOM_TRACE_UNKNOWN};
    bool answer = message->code >= RESPONSES;
    const struct loom_trace_asked *about =
        answer ? find_asked(trace, message) : remember(trace, message);
    loom_trace_print(program, trace, message, about == NULL ? &unknown : about);
    if (--trace->left == 0) {
        end(program, trace);
    }
}

static void look(void *user, const struct loom_coap_message *message)
{
    struct loom_program *program = user;
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        struct loom_trace *trace = &program->traces.traces[i];
        if (trace->on && is_its(program, trace, message)) {
            show(program, trace, message);
        }
    }
    look_on(program);
}

/* The port shows its messages while there is a trace. */
static void look_on(struct loom_program *program)
{
    bool on = false;
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        on = on || program->traces.traces[i].on;
    }
    loom_coap_show(program->coap, on ? look : NULL, program);
}

/* ---- the operator ---------------------------------------------------------------------------- */

static struct loom_trace *find(struct loom_program *program, struct loom_text endpoint)
{
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        struct loom_trace *trace = &program->traces.traces[i];
        if (trace->on && loom_text_is(endpoint, trace->endpoint)) {
            return trace;
        }
    }
    return NULL;
}

static struct loom_trace *find_free(struct loom_program *program)
{
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        if (!program->traces.traces[i].on) {
            return &program->traces.traces[i];
        }
    }
    return NULL;
}

const char *loom_program_trace_begin(struct loom_program *program, struct loom_text endpoint,
                                     struct loom_text address,
                                     const struct loom_trace_bounds *bounds)
{
    struct loom_trace *trace = find(program, endpoint);
    if (endpoint.length > LOOM_TRACE_ENDPOINT_MAX) {
        return "the endpoint name is too long";
    }
    trace = trace == NULL ? find_free(program) : trace;
    if (trace == NULL) {
        return "four devices are traced already; end one of these traces first";
    }
    memset(trace, 0, sizeof *trace);
    memcpy(trace->endpoint, endpoint.data, endpoint.length);
    set_address(trace, address);
    trace->left = bounds->messages;
    trace->until = bounds->seconds == 0
                       ? UINT64_MAX
                       : loom_program_now(program) + (uint64_t)bounds->seconds * 1000;
    trace->on = true;
    look_on(program);
    loom_program_say(program, "trace-begun", LOOM_LOG_INFO, trace->endpoint);
    return NULL;
}

const char *loom_program_trace_end(struct loom_program *program, struct loom_text endpoint)
{
    struct loom_trace *trace = find(program, endpoint);
    if (trace == NULL) {
        return "this device is not traced";
    }
    end(program, trace);
    look_on(program);
    return NULL;
}

bool loom_program_trace_is_on(struct loom_program *program, struct loom_text endpoint,
                              struct loom_trace_bounds *left)
{
    const struct loom_trace *trace = find(program, endpoint);
    uint64_t now = loom_program_now(program);
    if (trace != NULL && left != NULL) {
        left->messages = trace->left;
        left->seconds = trace->until == UINT64_MAX || trace->until < now
                            ? 0
                            : (uint32_t)((trace->until - now + 999) / 1000);
    }
    return trace != NULL;
}

bool loom_program_trace_listen(struct loom_program *program,
                               const struct loom_trace_listener *listener)
{
    struct loom_traces *traces = &program->traces;
    if (traces->listener_count == LOOM_TRACE_LISTENERS_MAX ||
        (traces->listener_count == 0 && !loom_rendering_begin(&traces->rendering))) {
        return false;
    }
    traces->listeners[traces->listener_count++] = *listener;
    return true;
}

void loom_program_trace_step(struct loom_program *program)
{
    uint64_t now = loom_program_now(program);
    bool ended = false;
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        struct loom_trace *trace = &program->traces.traces[i];
        if (trace->on && trace->until <= now) {
            end(program, trace);
            ended = true;
        }
    }
    if (ended) {
        look_on(program);
    }
}

uint64_t loom_program_trace_deadline(const struct loom_program *program)
{
    uint64_t first = UINT64_MAX;
    for (size_t i = 0; i < LOOM_TRACE_DEVICES_MAX; i++) {
        const struct loom_trace *trace = &program->traces.traces[i];
        first = trace->on && trace->until < first ? trace->until : first;
    }
    return first;
}

void loom_program_trace_free(struct loom_program *program)
{
    if (program->traces.listener_count > 0) {
        program->traces.listener_count = 0;
        loom_rendering_end(&program->traces.rendering);
    }
}

void loom_program_trace_follow(struct loom_program *program, struct loom_text endpoint,
                               struct loom_text address)
{
    struct loom_trace *trace = find(program, endpoint);
    if (trace != NULL && address.length > 0) {
        set_address(trace, address);
    }
}

void loom_program_trace_line(struct loom_program *program, const char *endpoint, char *line,
                             struct loom_text address)
{
    const char *word = endpoint == NULL ? NULL : loom_program_word(&line);
    bool on = word != NULL && strcmp(word, "on") == 0;
    const char *wrong = NULL;
    if (!on && (word == NULL || strcmp(word, "off") != 0)) {
        wrong = "expected an endpoint and on or off, e.g. trace my-device on";
    } else if (on) {
        const struct loom_trace_bounds bounds = {.messages = LOOM_TRACE_MESSAGES};
        wrong = loom_program_trace_begin(program, loom_program_text(endpoint), address, &bounds);
    } else {
        wrong = loom_program_trace_end(program, loom_program_text(endpoint));
    }
    if (wrong != NULL) {
        loom_program_complain(program, wrong);
    }
}
