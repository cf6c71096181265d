/* SPDX-License-Identifier: Apache-2.0 */
/* All that can happen next, and that it happens. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#define UNKNOWN_SSID 77u

/* ---- what can come --------------------------------------------------------------------------- */

static uint64_t end_of(const struct asked *asked)
{
    return asked->kind == ASKED_NOTHING ? LOOM_NEVER : asked->sent + TRANSMIT_WAIT;
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* The client's deadline, or the port's: it says in time that no answer has come. */
static uint64_t next_time(void)
{
    uint64_t next = stage.deadline;
    for (unsigned i = 0; i < LINKS; i++) {
        next = earlier(next, end_of(&stage.links[i].now));
        next = earlier(next, end_of(&stage.links[i].before));
    }
    return earlier(next, observed_end());
}

struct list {
    struct event *events;
    unsigned count;
};

/* Where something is observed, what does not bear on it makes way for longer sequences. */
static bool belongs(enum event_kind kind, unsigned link)
{
    switch (kind) {
    case EVENT_OLDER:
    case EVENT_FORMAT:
    case EVENT_BROKEN:
    case EVENT_UNTOLD:
    case EVENT_ALERT:
    case EVENT_WRITE_WRONG:
    case EVENT_DELETE:
    case EVENT_READ:
    case EVENT_UPDATE:
    case EVENT_STORE_FAILS:
    case EVENT_OPEN_FAILS:
        return !stage_setup->observed;
    default:
        return !stage_setup->observed || link <= OBSERVER || kind == EVENT_OK;
    }
}

static void add(struct list *list, enum event_kind kind, unsigned link)
{
    struct event event = {.kind = (uint8_t)kind, .link = (uint8_t)link};
    if (belongs(kind, link)) {
        list->events[list->count++] = event;
    }
}

static void add_answers(struct list *list, unsigned i)
{
    const struct link *link = &stage.links[i];
    if (link->now.kind != ASKED_NOTHING) {
        add(list, EVENT_OK, i);
        add(list, EVENT_REFUSED, i);
        add(list, EVENT_BROKEN, i);
        add(list, EVENT_UNTOLD, i);
    }
    if (link->now.kind == ASKED_REGISTER) {
        add(list, EVENT_OLDER, i);
    }
    if (link->now.kind == ASKED_BOOTSTRAP && stage_setup->lwm2m >= LOOM_LWM2M_1_1) {
        add(list, EVENT_FORMAT, i);
    }
    if (link->before.kind != ASKED_NOTHING) {
        add(list, EVENT_LATE, i);
    }
}

static void add_sessions(struct list *list)
{
    for (unsigned i = 0; i < LINKS; i++) {
        if (!stage.links[i].open) {
            continue;
        }
        add_answers(list, i);
        add(list, EVENT_LOST, i);
        add(list, EVENT_ALERT, i);
        for (unsigned kind = i == 0 ? EVENT_WRITE : EVENT_READ;
             kind <= (i == 0 ? EVENT_FINISH : EVENT_EXECUTE_DISABLE); kind++) {
            add(list, (enum event_kind)kind, i);
        }
    }
}

unsigned stage_events(struct event events[EVENTS_MAX])
{
    struct list list = {events, 0};
    if (next_time() != LOOM_NEVER) {
        add(&list, EVENT_TIME, 0);
    }
    add_sessions(&list);
    if (!stage.client.stopped) {
        add(&list, EVENT_BOOTSTRAP, 0);
        add(&list, EVENT_UPDATE, 0);
        add(&list, EVENT_ADDRESS, 0);
    }
    if (!stage.stopping) {
        add(&list, EVENT_STOP, 0);
    }
    add(&list, EVENT_CUT, 0);
    if (!stage.store_fails) {
        add(&list, EVENT_STORE_FAILS, 0);
    }
    if (!stage.open_fails && !stage.send_fails) {
        add(&list, EVENT_OPEN_FAILS, 0);
        add(&list, EVENT_SEND_FAILS, 0);
    }
    if (stage_setup->observed) {
        list.count += observed_events(events + list.count);
    }
    return list.count;
}

static const struct {
    const char *word;
    const char *sentence;
} names[EVENT_KINDS] = {
    [EVENT_TIME] = {"time", "time passes until something is due"},
    [EVENT_OK] = {"ok", "answers with success"},
    [EVENT_REFUSED] = {"4.xx", "answers 4.00, or 4.04 to an Update"},
    [EVENT_OLDER] = {"4.12", "answers 4.12"},
    [EVENT_FORMAT] = {"4.15", "answers 4.15"},
    [EVENT_BROKEN] = {"5.03", "answers 5.03"},
    [EVENT_UNTOLD] = {"untold", "is asked, but the port never tells the end"},
    [EVENT_LATE] = {"late", "answers the older request with success"},
    [EVENT_LOST] = {"lost", "closes the session"},
    [EVENT_ALERT] = {"alert", "ends the session with alert 48"},
    [EVENT_WRITE] = {"write", "writes the right accounts"},
    [EVENT_WRITE_WRONG] = {"write-wrong", "writes /1/0 with an SSID that no account has"},
    [EVENT_DELETE] = {"delete", "deletes /"},
    [EVENT_FINISH] = {"finish", "sends Bootstrap-Finish"},
    [EVENT_READ] = {"read", "reads /3/0/0"},
    [EVENT_EXECUTE_BOOTSTRAP] = {"execute-bootstrap", "executes 1/x/9"},
    [EVENT_EXECUTE_UPDATE] = {"execute-update", "executes 1/x/8"},
    [EVENT_EXECUTE_DISABLE] = {"execute-disable", "executes 1/x/4"},
    [EVENT_OBSERVE] = {"observe", "observes"},
    [EVENT_CANCEL] = {"cancel", "cancels its observation of"},
    [EVENT_ACKNOWLEDGED] = {"acknowledge", "acknowledges a notification of"},
    [EVENT_UNHEARD] = {"unheard", "does not acknowledge a notification of"},
    [EVENT_RESET] = {"reset", "sends a Reset to a notification of"},
    [EVENT_RIGHT] = {"right", "loses its right to read /3/0, or has it back"},
    [EVENT_MOMENT] = {"moment", "a second passes"},
    [EVENT_CHANGE] = {"change", "/3/0/9 changes"},
    [EVENT_BOOTSTRAP] = {"bootstrap", "the product asks for a bootstrap"},
    [EVENT_UPDATE] = {"update", "the product asks for an update"},
    [EVENT_ADDRESS] = {"address", "the device has another address"},
    [EVENT_STOP] = {"stop", "the product stops the client"},
    [EVENT_CUT] = {"cut", "the power is cut, and is back"},
    [EVENT_STORE_FAILS] = {"store-fails", "the store will fail once"},
    [EVENT_OPEN_FAILS] = {"open-fails", "the next session will not open"},
    [EVENT_SEND_FAILS] = {"send-fails", "the next request will not be sent"},
};

static bool is_of_peer(struct event event)
{
    return event.kind >= EVENT_OK && event.kind <= EVENT_RIGHT;
}

static bool is_of_slot(struct event event)
{
    return event.kind >= EVENT_OBSERVE && event.kind <= EVENT_RESET;
}

void stage_tell(struct event event, char *text, size_t size)
{
    static const char *const what[SLOTS] = {" /3/0/9", " /3/0"};
    static const char *const who[LINKS] = {"the bootstrap server ", "server 101 ", "server 102 "};
    (void)snprintf(text, size, "%s%s%s", is_of_peer(event) ? who[event.link] : "",
                   names[event.kind].sentence, is_of_slot(event) ? what[event.slot] : "");
}

void stage_word(struct event event, char *text, size_t size)
{
    static const char *const where[LINKS] = {"@bs", "@101", "@102"};
    static const char *const which[SLOTS] = {".1", ".2"};
    (void)snprintf(text, size, "%s%s%s", names[event.kind].word,
                   is_of_peer(event) ? where[event.link] : "",
                   is_of_slot(event) ? which[event.slot] : "");
}

/* ---- from the servers to the client ---------------------------------------------------------- */

static void *owner_of(unsigned link)
{
    return link == 0 ? (void *)&stage.client.bootstrap : (void *)&stage.registrations[link - 1];
}

static struct loom_session *session_of(unsigned link)
{
    return link == 0 ? stage.client.bootstrap.session : stage.registrations[link - 1].session;
}

static uint8_t success_of(uint8_t kind)
{
    static const uint8_t codes[] = {[ASKED_BOOTSTRAP] = LOOM_CHANGED,
                                    [ASKED_PACK] = LOOM_CONTENT,
                                    [ASKED_REGISTER] = LOOM_CREATED,
                                    [ASKED_UPDATE] = LOOM_CHANGED,
                                    [ASKED_DEREGISTER] = LOOM_DELETED};
    return codes[kind];
}

static void respond(unsigned link, struct asked *asked, uint8_t code, enum loom_failure failure)
{
    static uint8_t pack[ACCOUNTS_ROOM];
    struct loom_response response = {.code = code, .content_format = LOOM_FORMAT_ABSENT};
    uint32_t exchange = asked->exchange;
    if (asked->kind == ASKED_REGISTER && code == LOOM_CREATED) {
        response.location_count = 2;
        response.location[0] = loom_text_of("rd");
        response.location[1] = loom_text_of("7");
    }
    if (asked->kind == ASKED_PACK && code == LOOM_CONTENT) {
        response.content_format = LOOM_FORMAT_SENML_CBOR;
        response.payload.data = pack;
        response.payload.length = stage_pack(pack, sizeof pack);
    }
    memset(asked, 0, sizeof *asked);
    loom_client_side.response(&stage.client, owner_of(link), session_of(link), exchange, &response,
                              failure);
}

static void answer(struct event event)
{
    struct asked *asked = &stage.links[event.link].now;
    uint8_t code = success_of(asked->kind);
    if (stage_setup->observed && asked->kind == ASKED_REGISTER && next_time() > stage.now) {
        stage.now++; /* what was notified in the registration before was so earlier */
    }
    if (event.kind == EVENT_REFUSED) {
        code = asked->kind == ASKED_UPDATE ? LOOM_NOT_FOUND : LOOM_BAD_REQUEST;
    } else if (event.kind == EVENT_OLDER) {
        code = LOOM_PRECONDITION_FAILED;
    } else if (event.kind == EVENT_FORMAT) {
        code = LOOM_UNSUPPORTED_FORMAT;
    } else if (event.kind == EVENT_BROKEN) {
        code = LOOM_UNAVAILABLE;
    }
    respond(event.link, asked, code, LOOM_FAILURE_NONE);
}

/* The exchanges of a session that is lost are told first; by that the client may close it. */
static void lose(unsigned index, bool alert)
{
    struct link *link = &stage.links[index];
    enum loom_failure failure = alert ? LOOM_FAILURE_SECURITY : LOOM_FAILURE_CLOSED;
    struct loom_session *session = session_of(index);
    if (link->before.kind != ASKED_NOTHING) {
        respond(index, &link->before, 0, failure);
    }
    if (link->open && session == session_of(index) && link->now.kind != ASKED_NOTHING) {
        respond(index, &link->now, 0, failure);
    }
    if (link->open && session == session_of(index)) {
        stage_close(index);
        loom_client_side.lost(&stage.client, owner_of(index), session, failure, alert ? 48 : -1);
    }
}

/* Time does not jump over what is due. @param most milliseconds */
static void pass_time(uint64_t most)
{
    uint64_t next = earlier(next_time(), stage.now + most);
    stage.now = next > stage.now ? next : stage.now;
    for (unsigned i = 0; i < LINKS; i++) {
        struct link *link = &stage.links[i];
        if (end_of(&link->before) <= stage.now) {
            respond(i, &link->before, 0, LOOM_FAILURE_TIMEOUT);
        }
        if (end_of(&link->now) <= stage.now) {
            respond(i, &link->now, 0, LOOM_FAILURE_TIMEOUT);
        }
    }
    for (unsigned i = 0; i < SLOTS; i++) {
        if (stage.tokens[i].sent != 0 && stage.tokens[i].sent + TRANSMIT_WAIT <= stage.now) {
            observed_tell(i, LOOM_FAILURE_TIMEOUT);
        }
    }
}

void stage_put_path(struct loom_request *request, struct loom_path path, char digits[3][6])
{
    for (uint8_t i = 0; i < path.depth; i++) {
        (void)snprintf(digits[i], 6, "%u", (unsigned)path.id[i]);
        request->path[i] = loom_text_of(digits[i]);
    }
    request->path_count = (uint8_t)path.depth;
}

uint8_t stage_ask(unsigned link, const struct loom_request *request, struct loom_reply *reply)
{
    static uint8_t room[512];
    *reply = (struct loom_reply){
        .content_format = LOOM_FORMAT_ABSENT, .payload = room, .room = sizeof room};
    loom_client_side.request(&stage.client, owner_of(link), session_of(link), request, reply);
    return reply->code;
}

static uint8_t ask(unsigned link, const struct loom_request *request)
{
    struct loom_reply reply;
    return stage_ask(link, request, &reply);
}

static struct loom_request request_of(enum loom_method method)
{
    struct loom_request request = {.method = method,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true};
    return request;
}

static uint8_t ask_path(unsigned link, enum loom_method method, struct loom_path path,
                        struct loom_bytes payload)
{
    char digits[3][6];
    struct loom_request request = request_of(method);
    stage_put_path(&request, path, digits);
    if (payload.length > 0) {
        request.content_format = LOOM_FORMAT_TLV;
        request.payload = payload;
    }
    return ask(link, &request);
}

static uint8_t write_instance(uint16_t object, uint16_t instance, uint16_t ssid)
{
    uint8_t room[ACCOUNTS_ROOM];
    struct loom_bytes payload = {room, stage_payload(object, instance, ssid, room, sizeof room)};
    return ask_path(0, LOOM_PUT, loom_path_instance(object, instance), payload);
}

/* @return the first answer that is not success, or the last */
static uint8_t write_accounts(void)
{
    uint8_t code = LOOM_CHANGED;
    for (uint16_t i = 0; i < stage_setup->servers && code == LOOM_CHANGED; i++) {
        code = write_instance(0, (uint16_t)(i + 1), 0);
        if (code == LOOM_CHANGED) {
            code = write_instance(1, i, SSID(i));
        }
    }
    return code;
}

static void command(enum event_kind kind)
{
    static const struct loom_bytes nothing;
    enum truth bootstrapping = (enum truth)stage.watch.bootstrapping;
    bool store_fails = stage.store_fails;
    struct loom_request finish = request_of(LOOM_POST);
    switch (kind) {
    case EVENT_WRITE:
        watch_command(STAGED_RIGHT, write_accounts());
        break;
    case EVENT_WRITE_WRONG:
        watch_command(STAGED_WRONG, write_instance(1, 0, UNKNOWN_SSID));
        break;
    case EVENT_DELETE:
        watch_command(STAGED_NONE, ask_path(0, LOOM_DELETE, loom_path_root(), nothing));
        break;
    default:
        finish.path[finish.path_count++] = loom_text_of("bs");
        watch_finish(bootstrapping, store_fails, ask(0, &finish));
        break;
    }
}

static void manage(struct event event)
{
    static const uint16_t executables[] = {9, 8, 4};
    static const struct loom_bytes nothing;
    uint16_t instance = stage.registrations[event.link - 1].server_instance;
    struct loom_path path = loom_path_resource(3, 0, 0);
    enum loom_method method = LOOM_GET;
    if (event.kind != EVENT_READ) {
        method = LOOM_POST;
        path = loom_path_resource(1, instance, executables[event.kind - EVENT_EXECUTE_BOOTSTRAP]);
    }
    watch_answer(event.link, ask_path(event.link, method, path, nothing));
}

/* ---- it happens ------------------------------------------------------------------------------ */

static void happen(struct event event)
{
    struct link *link = &stage.links[event.link];
    switch ((enum event_kind)event.kind) {
    case EVENT_TIME:
        pass_time(LOOM_NEVER - stage.now);
        break;
    case EVENT_MOMENT:
        pass_time(MOMENT);
        break;
    case EVENT_UNTOLD:
        memset(&link->now, 0, sizeof link->now);
        link->untold = true;
        break;
    case EVENT_LATE:
        respond(event.link, &link->before, success_of(link->before.kind), LOOM_FAILURE_NONE);
        break;
    case EVENT_LOST:
    case EVENT_ALERT:
        lose(event.link, event.kind == EVENT_ALERT);
        break;
    case EVENT_BOOTSTRAP:
        loom_client_bootstrap(&stage.client);
        break;
    case EVENT_UPDATE:
        loom_client_update(&stage.client);
        break;
    case EVENT_ADDRESS:
        loom_client_address_changed(&stage.client);
        break;
    case EVENT_STOP:
        stage.stopping = true;
        loom_client_stop(&stage.client);
        break;
    case EVENT_CUT:
        stage_cut();
        break;
    case EVENT_STORE_FAILS:
        stage.store_fails = true;
        break;
    case EVENT_OPEN_FAILS:
        stage.open_fails = true;
        break;
    case EVENT_SEND_FAILS:
        stage.send_fails = true;
        break;
    default:
        if (event.kind <= EVENT_BROKEN) {
            answer(event);
        } else if (event.kind <= EVENT_FINISH) {
            command((enum event_kind)event.kind);
        } else if (event.kind <= EVENT_EXECUTE_DISABLE) {
            manage(event);
        } else {
            observed_happen(event);
        }
        break;
    }
}

void stage_apply(struct event event, const struct stage *before)
{
    happen(event);
    if (event.kind == EVENT_LATE) {
        watch_late(before);
    }
    stage_step();
    watch_after(before);
}
