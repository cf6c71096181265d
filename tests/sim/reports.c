/* SPDX-License-Identifier: Apache-2.0 */
/* Observing servers, and a product with values that change; all from a stream of its own, so that
 * the rest of a story is what it is without. They do so in bouts, each of which ends with nothing
 * observed: what is observed for months makes as many rounds as a hundred stories. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#define BOUTS       4u
#define BOUT_LENGTH 60u
#define GAP_MS      20000u
#define SLEEP_MS    150000u /* long enough to fall asleep in (rule B-81) */

/* Of all levels and types: numbers, one with a fraction, a boolean, one instance of several. */
static const struct watched {
    struct loom_path path;
    bool of_boolean;
} watched[] = {{{{3, 0, 9, 0}, 3}, false}, {{{3, 0, 9, 0}, 3}, false}, {{{3, 0, 10, 0}, 3}, false},
               {{{3, 0, 0, 0}, 2}, false}, {{{3, 0, 0, 0}, 1}, false}, {{{1, 0, 1, 0}, 3}, false},
               {{{1, 0, 0, 0}, 2}, false}, {{{3, 0, 7, 0}, 3}, false}, {{{6, 0, 3, 0}, 3}, false},
               {{{1, 0, 23, 0}, 3}, true}, {{{6, 0, 3, 0}, 3}, false}, {{{3, 0, 7, 0}, 4}, false},
               {{{1, 0, 23, 0}, 3}, true}};

#define WATCHED (sizeof watched / sizeof watched[0])

/* Observed as one (rule C-30), after those. In some a path leads to what another one does, or to
 * nothing. */
static const struct loom_path lists[][3] = {{{{3, 0, 9, 0}, 3}, {{3, 0, 10, 0}, 3}},
                                            {{{1, 0, 1, 0}, 3}, {{3, 0, 9, 0}, 3}},
                                            {{{3, 0, 10, 0}, 3}, {{1, 0, 0, 0}, 2}, {{77}, 1}},
                                            {{{3, 0, 9, 0}, 3}, {{3, 0, 0, 0}, 2}},
                                            {{{3, 0, 9, 0}, 3}, {{1, 0, 1, 0}, 3}, {{3, 0, 9}, 3}}};

#define LISTS (sizeof lists / sizeof lists[0])

/* Where the texts of a request stand until it is sent. */
struct asking {
    struct loom_request request;
    char ids[4][8];
    char query[LOOM_SEGMENTS_MAX][24];
    char list[96];
};

static struct loom_path own_path(const struct sim_world *world, unsigned server,
                                 struct loom_path path)
{
    if (path.id[0] == 1 && world->setup.servers > 1) {
        path.id[1] = (uint16_t)server; /* accounts are written in their order */
    }
    return path;
}

static void put_path(struct asking *asking, struct loom_path path)
{
    asking->request.path_count = (uint8_t)path.depth;
    for (unsigned i = 0; i < path.depth; i++) {
        int length = snprintf(asking->ids[i], sizeof asking->ids[i], "%u", (unsigned)path.id[i]);
        asking->request.path[i] = (struct loom_text){asking->ids[i], (size_t)length};
    }
}

/* A FETCH with the names of the list (rule D-36). */
static void begin_list(struct asking *asking, const struct sim_world *world, unsigned server,
                       const struct loom_path *list)
{
    size_t length = 0;
    memset(asking, 0, sizeof *asking);
    asking->request.method = LOOM_FETCH;
    asking->request.content_format = LOOM_FORMAT_SENML_JSON;
    asking->request.accept = LOOM_FORMAT_SENML_JSON;
    asking->request.confirmable = true;
    for (unsigned i = 0; i < 3 && list[i].depth > 0; i++) {
        struct loom_path path = own_path(world, server, list[i]);
        length += (size_t)snprintf(asking->list + length, sizeof asking->list - length,
                                   "%c{\"n\":\"", i == 0 ? '[' : ',');
        for (unsigned k = 0; k < path.depth; k++) {
            length += (size_t)snprintf(asking->list + length, sizeof asking->list - length, "/%u",
                                       (unsigned)path.id[k]);
        }
        length += (size_t)snprintf(asking->list + length, sizeof asking->list - length, "\"}");
    }
    asking->list[length++] = ']';
    asking->request.payload = (struct loom_bytes){(const uint8_t *)asking->list, length};
}

static bool is_single_number(unsigned what)
{
    const struct watched *at = &watched[what < WATCHED ? what : 0];
    return what < WATCHED && at->path.depth >= 3 && !at->of_boolean &&
           (at->path.depth == 4 || at->path.id[2] != 7);
}

static void begin_asking(struct asking *asking, const struct sim_world *world, unsigned server,
                         unsigned what)
{
    if (what >= WATCHED) {
        begin_list(asking, world, server, lists[what - WATCHED]);
        return;
    }
    struct loom_path path = own_path(world, server, watched[what].path);
    memset(asking, 0, sizeof *asking);
    put_path(asking, path);
    asking->request.method = LOOM_GET;
    asking->request.content_format = LOOM_FORMAT_ABSENT;
    bool multiple = path.depth == 3 && path.id[2] == 7;
    bool single = path.depth >= 3 && !multiple;
    asking->request.accept = single ? LOOM_FORMAT_TEXT : LOOM_FORMAT_ABSENT;
    asking->request.confirmable = true;
}

static void add_query(struct asking *asking, const char *name, bool valued, unsigned value)
{
    char *text = asking->query[asking->request.query_count];
    int length = valued ? snprintf(text, sizeof asking->query[0], "%s=%u", name, value)
                        : snprintf(text, sizeof asking->query[0], "%s", name);
    asking->request.query[asking->request.query_count++] = (struct loom_text){text, (size_t)length};
}

/* Whether what is asked for has an attribute (rules C.2). */
static bool fits(const struct sim_world *world, const struct asking *asking, unsigned what,
                 bool of_number, bool of_boolean, uint16_t since)
{
    bool boolean = what < WATCHED && watched[what].of_boolean;
    bool number = asking->request.accept == LOOM_FORMAT_TEXT && !boolean;
    return (!of_number || number) && (!of_boolean || boolean) && world->setup.lwm2m >= since;
}

static void draw_query(struct sim_world *world, struct asking *asking, unsigned what, bool unsets)
{
    static const struct {
        const char *name;
        unsigned values[4];
        unsigned percent;
        bool of_number;
        bool of_boolean;
        uint16_t since;
    } drawn[] = {{"pmin", {0, 1, 5, 30}, 40, false, false, LOOM_LWM2M_1_0},
                 {"pmax", {0, 10, 30, 60}, 40, false, false, LOOM_LWM2M_1_0},
                 {"epmin", {1, 2, 5, 20}, 15, false, false, LOOM_LWM2M_1_1},
                 {"epmax", {21, 30, 40, 60}, 15, false, false, LOOM_LWM2M_1_1},
                 {"con", {0, 1, 1, 1}, 25, false, false, LOOM_LWM2M_1_2},
                 {"edge", {0, 1, 0, 1}, 60, false, true, LOOM_LWM2M_1_2},
                 {"gt", {40, 50, 60, 90}, 25, true, false, LOOM_LWM2M_1_0},
                 {"lt", {10, 20, 30, 35}, 25, true, false, LOOM_LWM2M_1_0},
                 {"st", {1, 2, 5, 20}, 25, true, false, LOOM_LWM2M_1_0}};
    struct sim_random *random = &world->reports.random;
    for (unsigned i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        unsigned value = drawn[i].values[sim_random_below(random, 4)];
        if (sim_random_chance(random, drawn[i].percent) &&
            fits(world, asking, what, drawn[i].of_number, drawn[i].of_boolean, drawn[i].since)) {
            add_query(asking, drawn[i].name, !unsets || sim_random_chance(random, 75), value);
        }
    }
}

static void ask_to_observe(struct sim_world *world, unsigned server, unsigned slot,
                           struct asking *asking)
{
    struct sim_reports *reports = &world->reports;
    if (reports->timed[server][slot]) {
        asking->request.accept = LOOM_FORMAT_SENML_JSON;
    }
    reports->since[server][slot] = watch_registered_at(world, server);
    reports->exchange[server][slot] = server_ask(world, HOST_A + server, &asking->request);
}

static void observe(struct sim_world *world, unsigned server, unsigned slot)
{
    struct sim_reports *reports = &world->reports;
    struct asking asking;
    bool composite = world->setup.lwm2m >= LOOM_LWM2M_1_1;
    reports->what[server][slot] =
        (uint8_t)sim_random_below(&reports->random, composite ? WATCHED + LISTS : WATCHED);
    begin_asking(&asking, world, server, reports->what[server][slot]);
    asking.request.observe = LOOM_OBSERVE_BEGIN;
    if (world->setup.lwm2m >= LOOM_LWM2M_1_2 && sim_random_chance(&reports->random, 25)) {
        draw_query(world, &asking, reports->what[server][slot], false);
    }
    reports->timed[server][slot] = world->setup.stores &&
                                   is_single_number(reports->what[server][slot]) &&
                                   sim_random_chance(&reports->aside, 75);
    ask_to_observe(world, server, slot, &asking);
}

/* What was observed in the registration before, as servers do after a Register (rule C-62). */
static void observe_again(struct sim_world *world)
{
    struct sim_reports *reports = &world->reports;
    for (unsigned server = 0; server < world->setup.servers; server++) {
        uint64_t since = watch_registered_at(world, server);
        for (unsigned slot = 0; since != 0 && slot < SIM_OBSERVATIONS; slot++) {
            if (reports->exchange[server][slot] != 0 && reports->timed[server][slot] &&
                reports->since[server][slot] != since) {
                struct asking asking;
                begin_asking(&asking, world, server, reports->what[server][slot]);
                asking.request.observe = LOOM_OBSERVE_BEGIN;
                ask_to_observe(world, server, slot, &asking);
            }
        }
    }
}

/* By a request, or by a Reset to the next notification (rule C-61). */
static void stop_observing(struct sim_world *world, unsigned server, unsigned slot, bool asks)
{
    struct sim_reports *reports = &world->reports;
    uint32_t exchange = reports->exchange[server][slot];
    reports->exchange[server][slot] = 0;
    if (asks) {
        struct asking asking;
        begin_asking(&asking, world, server, reports->what[server][slot]);
        asking.request.observe = LOOM_OBSERVE_END;
        asking.request.observation_of = exchange;
        (void)server_ask(world, HOST_A + server, &asking.request);
    } else {
        server_give_up(world, HOST_A + server, exchange);
    }
}

static void write_attributes(struct sim_world *world, unsigned server)
{
    struct asking asking;
    unsigned what = (unsigned)sim_random_below(&world->reports.random, WATCHED);
    begin_asking(&asking, world, server, what);
    asking.request.method = LOOM_PUT;
    draw_query(world, &asking, what, true);
    asking.request.accept = LOOM_FORMAT_ABSENT;
    if (asking.request.query_count > 0) {
        (void)server_ask(world, HOST_A + server, &asking.request);
    }
}

/* What it has attached, and what it has attached it to long ago, is shown (rule C-13). */
static void discover(struct sim_world *world, unsigned server)
{
    struct asking asking;
    begin_asking(&asking, world, server,
                 (unsigned)sim_random_below(&world->reports.random, WATCHED));
    if (asking.request.path_count <= 3) {
        asking.request.accept = LOOM_FORMAT_LINK;
        (void)server_ask(world, HOST_A + server, &asking.request);
    }
}

static void write_text(struct sim_world *world, unsigned server, struct loom_path path,
                       const char *text)
{
    struct asking asking;
    memset(&asking, 0, sizeof asking);
    put_path(&asking, path);
    asking.request.method = LOOM_PUT;
    asking.request.content_format = LOOM_FORMAT_TEXT;
    asking.request.accept = LOOM_FORMAT_ABSENT;
    asking.request.confirmable = true;
    asking.request.payload = (struct loom_bytes){(const uint8_t *)text, strlen(text)};
    (void)server_ask(world, HOST_A + server, &asking.request);
}

/* The boolean that is observed; and with two servers the first takes a right to read from itself or
 * the other, or gives it back: it owns the entries of what both observe. */
static void write_something(struct sim_world *world, unsigned server)
{
    struct sim_random *random = &world->reports.random;
    bool again = sim_random_chance(random, 70);
    unsigned entry = world->setup.servers + 1 + (unsigned)sim_random_below(random, 2);
    unsigned of = (unsigned)sim_random_below(random, SIM_SERVERS);
    if (world->setup.servers > 1 && sim_random_chance(random, 50)) {
        struct loom_path path = loom_path_resource_instance(2, (uint16_t)entry, 2, SIM_SSID(of));
        write_text(world, 0, path, again ? "1" : "0");
    } else if (world->setup.lwm2m >= LOOM_LWM2M_1_1) {
        struct loom_path path = {{1, 0, 23, 0}, 3};
        path.id[1] = world->setup.servers > 1 ? (uint16_t)server : 0;
        write_text(world, server, path, again ? "1" : "0");
    }
}

/* A bootstrap brings its own copy of what it may write. */
static bool is_running(const struct sim_world *world)
{
    bool runs = world->on && world->net.hosts[HOST_DEVICE].wakes <= world->net.now;
    return runs && strcmp(loom_client_bootstrap_state(&world->client), "idle") == 0;
}

void reports_change(struct sim_world *world)
{
    struct sim_random *random = &world->reports.random;
    unsigned die = (unsigned)sim_random_below(random, 10);
    uint16_t resource = die < 6 ? 9 : 10;
    int64_t value = (int64_t)sim_random_below(random, 101);
    if (world->setup.observes && is_running(world)) {
        sim_say(world, "** the product has /%s = %u",
                die == 8   ? "6/0/3"
                : die == 9 ? "3/0/7/0"
                           : (resource == 9 ? "3/0/9" : "3/0/10"),
                (unsigned)value);
        if (die == 8) {
            (void)loom_set_float(&world->model, loom_path_resource(6, 0, 3), (double)value + 0.25);
        } else if (die == 9) {
            (void)loom_set_integer(&world->model, loom_path_resource_instance(3, 0, 7, 0), value);
        } else {
            (void)loom_set_integer(&world->model, loom_path_resource(3, 0, resource), value);
        }
    }
}

/* The device is away for a while: it is told to be silent, or its session ends; or what falls due
 * then is not to be stored (rule B-72). */
static void send_away(struct sim_world *world)
{
    static const char *const timeouts[] = {"20", "60", "90", "200"};
    struct sim_random *random = &world->reports.aside;
    unsigned server = (unsigned)sim_random_below(random, world->setup.servers);
    unsigned die = (unsigned)sim_random_below(random, 100);
    struct loom_path path = own_path(world, server, loom_path_resource(1, 0, 5));
    if (!world->setup.stores || die >= 12) {
        return;
    }
    if (die < 6) {
        write_text(world, server, path, timeouts[sim_random_below(random, 4)]);
        server_manage(world, HOST_A + server, MANAGE_DISABLE, 0);
    } else if (die < 9) {
        watch_states_hung_up(world, HOST_A + server);
        net_hang_up(&world->net, HOST_A + server, HOST_DEVICE);
    } else {
        path.id[2] = 6;
        write_text(world, server, path, sim_random_chance(random, 75) ? "1" : "0");
    }
}

/* Values of Memory Free that are sent once, so that each can be told from all others, some of
 * another time. */
static void send_something(struct sim_world *world)
{
    static const uint32_t uses[] = {0, 0, 0, 3, 60, 600};
    static const uint16_t formats[] = {0, LOOM_FORMAT_SENML_JSON, LOOM_FORMAT_SENML_CBOR};
    static const double times[] = {0, 0, -1, -90, 1690000000};
    struct sim_random *random = &world->reports.aside;
    struct loom_sent_value values[3];
    uint16_t handle = 0;
    if (!world->setup.sends || !sim_random_chance(random, 25) || !world->on || world->stopping ||
        world->restarting) {
        return;
    }
    size_t count = 1 + (size_t)sim_random_below(random, 3);
    for (size_t i = 0; i < count; i++) {
        values[i].path = loom_path_resource(3, 0, 10);
        values[i].value.type = LOOM_INTEGER;
        values[i].value.as.integer = ++world->reports.last_sent;
        values[i].time = times[sim_random_below(random, 5)];
    }
    uint16_t to = SIM_SSID((unsigned)sim_random_below(random, SIM_SERVERS));
    struct loom_send send = {.ssid = sim_random_chance(random, 50) ? 0 : to,
                             .format = formats[sim_random_below(random, 3)],
                             .values = values,
                             .value_count = count,
                             .seconds = uses[sim_random_below(random, 6)]};
    enum loom_status status = loom_client_send(&world->client, &send, &handle);
    sim_say(world, "** the product sends %d values to %u: %u, handle %u", (int)count,
            (unsigned)send.ssid, (unsigned)status, (unsigned)handle);
    watch_sends_called(world, &send, status, handle);
}

/* ---- reading a piece at a time ---------------------------------------------------------------
 */

static void ask_for_piece(struct sim_world *world, unsigned server)
{
    struct sim_reading *reading = &world->reports.reading[server];
    struct asking asking;
    memset(&asking, 0, sizeof asking);
    put_path(&asking, reading->path);
    asking.request.method = LOOM_GET;
    asking.request.content_format = LOOM_FORMAT_ABSENT;
    asking.request.accept = reading->format;
    asking.request.confirmable = true;
    asking.request.answer_offset = reading->offset;
    asking.request.piece_room = reading->room;
    reading->exchange = server_ask(world, HOST_A + server, &asking.request);
}

static void read_in_pieces(struct sim_world *world)
{
    static const struct loom_path paths[] = {{{3, 0}, 2}, {{1, 0}, 2}, {{6, 0}, 2}};
    static const uint16_t formats[] = {LOOM_FORMAT_TLV, LOOM_FORMAT_SENML_JSON,
                                       LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_LWM2M_CBOR};
    static const uint16_t rooms[] = {16, 32, 64, 128};
    struct sim_random *random = &world->reports.aside;
    unsigned server = (unsigned)sim_random_below(random, world->setup.servers);
    struct sim_reading *reading = &world->reports.reading[server];
    unsigned known = world->setup.lwm2m >= LOOM_LWM2M_1_2 ? 4 : 3;
    if (!sim_random_chance(random, 20)) {
        return;
    }
    reading->path = own_path(world, server, paths[sim_random_below(random, 3)]);
    reading->format = formats[sim_random_below(random, known)];
    reading->room = rooms[sim_random_below(random, 4)];
    reading->offset = 0;
    reading->etag = 0;
    ask_for_piece(world, server);
}

/* The next piece of the same, or all anew if it has become another answer. Some ask for a piece
 * twice, and some never for the next. */
void reports_answered(struct sim_world *world, unsigned host, uint32_t exchange,
                      const struct loom_response *response)
{
    struct sim_reading *reading = &world->reports.reading[host < HOST_A ? 0 : host - HOST_A];
    struct sim_random *random = &world->reports.aside;
    if (host < HOST_A || reading->exchange == 0 || reading->exchange != exchange) {
        return;
    }
    reading->exchange = 0;
    if (sim_random_chance(random, 5) && is_running(world)) {
        int64_t value = (int64_t)sim_random_below(random, 1000);
        sim_say(world, "** the product has /3/0/10 = %u", (unsigned)value);
        (void)loom_set_integer(&world->model, loom_path_resource(3, 0, 10), value);
    }
    world->counts->whole += response->code == LOOM_CONTENT && !response->piece.more;
    if (response->code != LOOM_CONTENT || !response->piece.more || sim_random_chance(random, 2)) {
        return;
    }
    bool other = reading->etag != 0 && reading->etag != response->etag;
    bool again = sim_random_chance(random, 5);
    reading->etag = response->etag;
    reading->offset = other   ? 0
                      : again ? reading->offset
                              : reading->offset + (uint32_t)response->payload.length;
    ask_for_piece(world, host - HOST_A);
}

static void act(struct sim_world *world)
{
    struct sim_reports *reports = &world->reports;
    unsigned server = (unsigned)sim_random_below(&reports->random, world->setup.servers);
    unsigned slot = (unsigned)sim_random_below(&reports->random, SIM_OBSERVATIONS / 2);
    unsigned die = (unsigned)sim_random_below(&reports->random, 100);
    if (die < 45) {
        reports_change(world);
    } else if (die < 50) {
        discover(world, server);
    } else if (die < 56) {
        write_something(world, server);
    } else if (die < 75) {
        write_attributes(world, server);
    } else if (reports->exchange[server][slot] == 0) {
        observe(world, server, slot);
    } else if (die < 88) {
        stop_observing(world, server, slot, die < 82);
    }
}

static void end_bout(struct sim_world *world)
{
    struct sim_reports *reports = &world->reports;
    for (unsigned server = 0; server < SIM_SERVERS; server++) {
        for (unsigned slot = 0; slot < SIM_OBSERVATIONS; slot++) {
            if (reports->exchange[server][slot] != 0) {
                stop_observing(world, server, slot, sim_random_chance(&reports->random, 30));
            }
        }
    }
}

static uint64_t next_bout(struct sim_world *world)
{
    uint64_t room = world->setup.healed / BOUTS;
    return world->reports.bouts == 0
               ? SIM_NEVER
               : world->net.now + sim_random_below(&world->reports.random, room);
}

void reports_begin(struct sim_world *world)
{
    struct sim_reports *reports = &world->reports;
    memset(reports, 0, sizeof *reports);
    reports->random = sim_random_stream(world->setup.seed, 10);
    reports->aside = sim_random_stream(world->setup.seed, 12);
    reports->bouts = world->setup.observes ? BOUTS : 0;
    reports->next = next_bout(world);
}

void reports_bout(struct sim_world *world)
{
    if (world->setup.observes) {
        world->reports.left = BOUT_LENGTH;
        world->reports.next = world->net.now;
    }
}

void reports_do(struct sim_world *world)
{
    struct sim_reports *reports = &world->reports;
    const struct net_host *device = &world->net.hosts[HOST_DEVICE];
    if (reports->next > world->net.now) {
        return;
    }
    if (device->wakes > world->net.now) {
        reports->next = device->wakes; /* what is sent to a processor that stands still piles up */
        return;
    }
    if (reports->left == 0) {
        reports->bouts--;
        reports->left = BOUT_LENGTH;
    }
    act(world);
    send_away(world);
    send_something(world);
    read_in_pieces(world);
    observe_again(world);
    reports->left--;
    reports->next = world->net.now + sim_random_below(&reports->random, GAP_MS);
    if (world->setup.queue_mode && sim_random_chance(&reports->random, 25)) {
        reports->next += SLEEP_MS;
    }
    if (reports->left == 0) {
        end_bout(world);
        reports->next = next_bout(world);
    }
}
