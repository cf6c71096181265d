/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000u
#define MINUTE (60u * SECOND)
#define HOUR   (60u * MINUTE)
#define DAY    (24u * (uint64_t)HOUR)

/* Rounds in one millisecond that no sequence of events needs. */
#define STILL_MAX 2000u
/* A story of more rounds is healed early: a lifetime of a second makes a busy device. */
#define ROUNDS_MAX 20000u
/* Once healed: with a lifetime of a second at one server, months until the other is back are as
 * long as a thousand other stories. */
#define PATIENCE_ROUNDS 200000u
/* After the device is back: does it stay so? */
#define QUIET (10u * MINUTE)
/* For a De-register that is not answered, and the rest. */
#define STOP_MAX (300u * SECOND)
/* How long a story goes on when the resources say that the device will never be back. */
#define NEVER_WAIT DAY

/* ---- telling --------------------------------------------------------------------------------- */

uint64_t sim_elapsed(const struct sim_world *world)
{
    return world->net.now - world->setup.clock;
}

const char *sim_time_text(uint64_t milliseconds, char text[32])
{
    unsigned rest = (unsigned)(milliseconds % DAY);
    (void)snprintf(text, 32, "%llu d %02u:%02u:%02u.%03u", (unsigned long long)(milliseconds / DAY),
                   rest / HOUR, rest / MINUTE % 60, rest / SECOND % 60, rest % SECOND);
    return text;
}

void sim_say(const struct sim_world *world, const char *format, ...)
{
    char time[32];
    va_list arguments;
    if (!world->trace) {
        return;
    }
    (void)printf("%s  ", sim_time_text(sim_elapsed(world), time));
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)printf("\n");
}

void sim_fail(struct sim_world *world, const char *rule, const char *format, ...)
{
    char time[32];
    va_list arguments;
    if (world->failed) {
        return;
    }
    world->failed = true;
    world->rule = rule;
    int used = snprintf(world->failure, sizeof world->failure, "%s  ",
                        sim_time_text(sim_elapsed(world), time));
    va_start(arguments, format);
    (void)vsnprintf(world->failure + used, sizeof world->failure - (size_t)used, format, arguments);
    va_end(arguments);
}

/* ---- setups ---------------------------------------------------------------------------------- */

#define PICK(random, array) (array)[sim_random_below(random, sizeof(array) / sizeof(array)[0])]

static void draw_setting(struct sim_account *account, struct sim_random *random,
                         enum sim_setting setting, unsigned percent, uint32_t value)
{
    account->present[setting] = sim_random_chance(random, percent);
    account->value[setting] = value;
}

static void draw_account(struct sim_account *account, struct sim_random *random)
{
    static const uint32_t lifetimes[] = {60,    120,   300,   3600,   7200,
                                         86400, 86400, 86400, 604800, 2592000};
    static const uint32_t rare[] = {0, 1, 93, 186, 0x7FFFFFFFu, 0xFFFFFFFFu};
    static const uint32_t timers[] = {0, 1, 2, 10, 60, 300};
    static const uint32_t delays[] = {0, 1, 30, 600, 3600, 86400, 0xFFFFFFFFu};
    static const uint32_t counts[] = {0, 1, 2, 3, 5, 8};
    account->secure = sim_random_chance(random, 60);
    draw_setting(account, random, SETTING_LIFETIME, 100,
                 sim_random_chance(random, 15) ? PICK(random, rare) : PICK(random, lifetimes));
    draw_setting(account, random, SETTING_DISABLE_TIMEOUT, 60,
                 (uint32_t)sim_random_between(random, 0, 7200));
    draw_setting(account, random, SETTING_PRIORITY, 30, (uint32_t)sim_random_below(random, 3));
    draw_setting(account, random, SETTING_INITIAL_DELAY, 30,
                 (uint32_t)sim_random_below(random, 300));
    draw_setting(account, random, SETTING_FAILURE_BLOCK, 30, (uint32_t)sim_random_below(random, 2));
    draw_setting(account, random, SETTING_BOOTSTRAP, 50, sim_random_chance(random, 70));
    draw_setting(account, random, SETTING_RETRY_COUNT, 60, PICK(random, counts));
    draw_setting(account, random, SETTING_RETRY_TIMER, 60, PICK(random, timers));
    draw_setting(account, random, SETTING_SEQUENCE_DELAY, 60, PICK(random, delays));
    draw_setting(account, random, SETTING_SEQUENCE_COUNT, 60, PICK(random, counts));
}

/* A short lifetime makes a busy device: its story is shorter. Most Updates of a story come to some
 * thousand. */
static uint64_t draw_length(const struct sim_setup *setup, struct sim_random *random)
{
    uint64_t shortest = 30 * 86400;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        uint32_t lifetime = setup->account[i].value[SETTING_LIFETIME];
        shortest = lifetime > 0 && lifetime < shortest ? lifetime : shortest;
    }
    uint64_t most = shortest * SECOND * 400;
    most = most > 365 * DAY ? 365 * DAY : most;
    return HOUR + sim_random_below(random, most);
}

/* Some devices have an account from the factory that the bootstrap server does not hand out (rule
 * A-101), a Bootstrap-Server Account that expires, or a reader for smartcards; from a stream of its
 * own, so that the other stories stay what they were. */
static void draw_surplus(struct sim_setup *setup)
{
    struct sim_random random = sim_random_stream(setup->seed, 7);
    if (setup->servers > 1 && sim_random_chance(&random, 15)) {
        setup->servers = 1;
        setup->factory_servers = SIM_SERVERS;
    }
    if (sim_random_chance(&random, 10)) {
        setup->account_timeout = (uint32_t)sim_random_between(&random, 60, 7200);
    }
    if (sim_random_chance(&random, 12)) {
        setup->card = (enum sim_card)sim_random_between(&random, CARD_ABSENT, CARD_COUNT - 1);
    }
}

void sim_setup_draw(struct sim_setup *setup, uint64_t seed)
{
    static const uint16_t releases[] = {LOOM_LWM2M_1_0, LOOM_LWM2M_1_1, LOOM_LWM2M_1_2};
    static const uint64_t clocks[] = {0,
                                      1000000,
                                      0xFFFFFFFFu - 5 * MINUTE,
                                      0x7FFFFFFFu - 5 * MINUTE,
                                      0xFFFFFFFFull * SECOND - DAY,
                                      0x7FFFFFFFull * SECOND - DAY};
    static const uint16_t outboxes[] = {300, 1000, SIM_OUTBOX, SIM_OUTBOX};
    struct sim_random random = sim_random_stream(seed, 4);
    memset(setup, 0, sizeof *setup);
    setup->seed = seed;
    setup->lwm2m = PICK(&random, releases);
    setup->servers = (unsigned)sim_random_between(&random, 1, SIM_SERVERS);
    setup->has_bootstrap_account = sim_random_chance(&random, 90);
    setup->bootstrap_secure = sim_random_chance(&random, 60);
    setup->hold_off = sim_random_chance(&random, 50) ? 0 : (uint32_t)sim_random_below(&random, 120);
    setup->account_timeout =
        sim_random_chance(&random, 10) ? (uint32_t)sim_random_between(&random, 60, 100000) : 0;
    setup->deletes_all = sim_random_chance(&random, 50);
    setup->factory_servers = setup->has_bootstrap_account && sim_random_chance(&random, 70)
                                 ? 0
                                 : (unsigned)sim_random_between(&random, 1, setup->servers);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        draw_account(&setup->account[i], &random);
    }
    setup->queue_mode = sim_random_chance(&random, 20);
    setup->pack = sim_random_chance(&random, 20);
    setup->tells_address_change = sim_random_chance(&random, 50);
    setup->clock = PICK(&random, clocks);
    setup->knows_time = sim_random_chance(&random, 70);
    setup->healed = draw_length(setup, &random);
    draw_surplus(setup);
    random = sim_random_stream(seed, 9);
    setup->observes = sim_random_chance(&random, 40);
    random = sim_random_stream(seed, 11);
    setup->stores = setup->observes && sim_random_chance(&random, 50);
    setup->sends =
        setup->observes && setup->lwm2m >= LOOM_LWM2M_1_1 && sim_random_chance(&random, 50);
    setup->outbox = PICK(&random, outboxes);
}

/* ---- faults that last ------------------------------------------------------------------------ */

static void add_lasting(struct sim_world *world, const struct fault *fault)
{
    struct nature *nature = &world->nature[fault->host];
    struct net_host *host = &world->net.hosts[fault->host];
    struct net_weather *weather = &world->net.weather;
    switch ((enum fault_kind)fault->kind) {
    case FAULT_LOSS:
        weather->loss = (uint8_t)fault->a > weather->loss ? (uint8_t)fault->a : weather->loss;
        break;
    case FAULT_DOUBLED:
        weather->doubled = (uint8_t)fault->a;
        break;
    case FAULT_DELAY:
        weather->delay = fault->a > weather->delay ? fault->a : weather->delay;
        break;
    case FAULT_PARTITION:
        world->net.cut[HOST_DEVICE][fault->host] |= (fault->a & 1) != 0;
        world->net.cut[fault->host][HOST_DEVICE] |= (fault->a & 2) != 0;
        break;
    case FAULT_CRASH:
        nature->down = true;
        break;
    case FAULT_REFUSE:
        nature->refuse = (uint8_t)fault->a;
        break;
    case FAULT_LIE:
        nature->lie = (int)fault->a;
        break;
    case FAULT_LATE:
        host->late = fault->a;
        break;
    case FAULT_TWICE:
        host->repeats = (uint8_t)fault->a;
        break;
    case FAULT_SILENT:
        nature->silent = true;
        break;
    case FAULT_KEYS:
        nature->alert = (int)fault->a;
        break;
    case FAULT_ACCOUNTS:
        nature->variant = fault->a;
        break;
    case FAULT_TAMPER:
        nature->tamper = (int)fault->a;
        break;
    case FAULT_LEAVES:
        nature->leaves = true;
        break;
    case FAULT_FORGETS:
        world->medium.forgets = true;
        break;
    case FAULT_FULL:
        world->medium.full = true;
        break;
    case FAULT_FAILING:
        world->medium.failing = true;
        break;
    default:
        break;
    }
}

/* The sum of the faults that last at present. */
static void apply_lasting(struct sim_world *world)
{
    memset(&world->net.weather, 0, sizeof world->net.weather);
    memset(world->net.cut, 0, sizeof world->net.cut);
    world->medium.full = false;
    world->medium.failing = false;
    world->medium.forgets = false;
    for (unsigned i = 0; i < NET_HOSTS; i++) {
        world->nature[i] = (struct nature){.lie = -1, .tamper = -1, .alert = -1};
        world->net.hosts[i].late = 0;
        world->net.hosts[i].repeats = 0;
    }
    for (unsigned i = 0; i < world->fault_count; i++) {
        if (world->fault_on[i]) {
            add_lasting(world, &world->faults[i]);
        }
    }
    world->nature[HOST_BS].down = world->nature[HOST_BS].down || world->bootstrap_gone;
    for (unsigned host = HOST_BS; host <= HOST_B; host++) {
        bool runs = world->server[host].accounts != NULL;
        if (runs && (world->nature[host].down ||
                     world->server[host].variant != world->nature[host].variant)) {
            server_end(world, host);
            runs = false;
        }
        if (!runs && !world->nature[host].down) {
            server_begin(world, host);
        }
    }
}

/* ---- faults that happen ---------------------------------------------------------------------- */

static void change_unix_time(struct sim_world *world, const struct fault *fault)
{
    struct net *net = &world->net;
    if (fault->a <= 1) {
        net->knows_time = fault->a == 1;
    } else {
        net->unix_offset += fault->a == 2 ? -(int64_t)fault->b : (int64_t)fault->b;
    }
}

/* The product sets what it finds: the client compares and stores, and nothing is another. */
static void set_lifetimes(struct loom_model *model)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, 1, &instance); instance++) {
        struct loom_path path = loom_path_resource(1, instance, 1);
        int64_t lifetime;
        if (loom_get_integer(model, path, &lifetime) == LOOM_OK) {
            loom_set_integer(model, path, lifetime);
        }
    }
}

static void ask(struct sim_world *world, uint32_t what)
{
    if (!world->on || world->stopping) {
        return;
    }
    watch_disturbed(world);
    if (what == 0) {
        watch_update_asked(world);
        loom_client_update(&world->client);
    } else if (what == 1) {
        watch_states_asked(world);
        loom_client_bootstrap(&world->client);
    } else {
        set_lifetimes(world->client.context.config.model);
    }
}

static void happen(struct sim_world *world, const struct fault *fault)
{
    struct net_host *device = &world->net.hosts[HOST_DEVICE];
    switch ((enum fault_kind)fault->kind) {
    case FAULT_ADDRESS:
        net_move(&world->net, HOST_DEVICE);
        watch_disturbed(world);
        if (world->setup.tells_address_change && world->on) {
            watch_states_moved(world);
            loom_client_address_changed(&world->client);
        }
        break;
    case FAULT_GARBAGE:
        server_garbage(world, fault->host, fault->a);
        break;
    case FAULT_ACCOUNTS:
    case FAULT_TAMPER:
        if (fault->b != 0) {
            ask(world, 1);
        }
        break;
    case FAULT_HANG_UP:
        net_hang_up(&world->net, fault->host, HOST_DEVICE);
        watch_states_hung_up(world, fault->host);
        break;
    case FAULT_PUSH:
        server_push(world);
        break;
    case FAULT_GONE:
        world->bootstrap_gone = true;
        break;
    case FAULT_STRANGER:
        server_garbage(world, HOST_STRANGER, fault->a);
        break;
    case FAULT_MANAGE:
        server_manage(world, fault->host, fault->a, fault->b);
        break;
    case FAULT_POWER:
        world->down = fault->lasts;
        if (fault->a != 255) {
            world->medium.cut_after = (int)fault->a;
        } else if (world->on) {
            device_cut(world, fault->lasts);
        }
        break;
    case FAULT_ROT:
        medium_rot(&world->medium, fault->a);
        if (fault->b) { /* of both slots of a record */
            medium_rot(&world->medium, fault->a ^ 1u);
        }
        watch_damaged(world);
        break;
    case FAULT_FREEZE:
        device->wakes = world->net.now + fault->lasts;
        watch_disturbed(world);
        break;
    case FAULT_CLOCK:
        device->clock_offset += (int64_t)fault->a * (int64_t)SECOND;
        watch_states_clock(world);
        watch_disturbed(world);
        break;
    case FAULT_UNIX:
        change_unix_time(world, fault);
        watch_states_clock(world);
        break;
    case FAULT_ASK:
        ask(world, fault->a);
        break;
    case FAULT_RESTARTED:
        if (world->on && !world->stopping) {
            world->restarting = true;
            loom_client_stop(&world->client);
            watch_disturbed(world);
        }
        break;
    default:
        break;
    }
}

static void do_faults(struct sim_world *world)
{
    uint64_t elapsed = sim_elapsed(world);
    bool changed = false;
    for (unsigned i = 0; i < world->fault_count; i++) {
        const struct fault *fault = &world->faults[i];
        if (!world->fault_done[i] && fault->at <= elapsed) {
            char text[160];
            fault_tell(fault, text, sizeof text);
            sim_say(world, "** %s", text);
            world->fault_done[i] = true;
            world->fault_on[i] = fault->lasts > 0;
            world->counts->faults[fault->kind]++;
            changed = true;
            happen(world, fault);
        } else if (world->fault_on[i] && fault->at + fault->lasts <= elapsed) {
            sim_say(world, "** over: %s", fault_name((enum fault_kind)fault->kind));
            world->fault_on[i] = false;
            changed = true;
        }
    }
    if (changed) {
        apply_lasting(world);
    }
}

static uint64_t next_fault(const struct sim_world *world)
{
    uint64_t next = SIM_NEVER;
    for (unsigned i = 0; i < world->fault_count; i++) {
        const struct fault *fault = &world->faults[i];
        uint64_t at = !world->fault_done[i] ? fault->at
                      : world->fault_on[i]  ? fault->at + fault->lasts
                                            : SIM_NEVER;
        next = at < next ? at : next;
    }
    return next == SIM_NEVER ? next : next + world->setup.clock;
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Rules A-9, B-23: a client that has stopped holds nothing. */
static void check_stopped(struct sim_world *world)
{
    if (loom_client_stopped(&world->client) && world->net.hosts[HOST_DEVICE].open_sessions > 0) {
        sim_fail(world, "stop", "the client has stopped, but holds a session");
    }
    if (loom_client_stopped(&world->client) && watch_is_registered(world)) {
        sim_fail(world, "B-23", "the client has stopped without a De-register");
    }
}

static void step_device(struct sim_world *world)
{
    const struct net_host *host = &world->net.hosts[HOST_DEVICE];
    uint64_t device_now = world->port.now(world->port.self);
    if (world->boots_at <= world->net.now) {
        sim_say(world, "the device boots");
        device_boot(world);
    }
    if (!world->on || host->wakes > world->net.now) {
        world->deadline = world->on ? host->wakes : SIM_NEVER;
        return;
    }
    if (world->card_answers <= world->net.now) {
        device_read_card(world);
    }
    uint64_t deadline = loom_client_step(&world->client);
    if (deadline < device_now) {
        sim_fail(world, "step", "the deadline returned is in the past");
    }
    world->deadline = deadline == SIM_NEVER ? SIM_NEVER : deadline - (uint64_t)host->clock_offset;
    check_stopped(world);
    if (world->restarting && loom_client_stopped(&world->client)) {
        world->restarting = false;
        net_forget(&world->net, HOST_DEVICE);
        world->on = false;
        world->boots_at = world->net.now + SECOND;
    }
}

/* A write to the store was the last thing that the device did. */
static void check_power(struct sim_world *world)
{
    if (world->medium.dead && world->on) {
        sim_say(world, "** now the power is cut");
        device_cut(world, world->down);
    }
}

static void check_manners(struct sim_world *world)
{
    if (world->net.complaint != NULL) {
        sim_fail(world, "port", "%s", world->net.complaint);
    }
}

static bool is_awake(const struct sim_world *world)
{
    return world->on && world->net.hosts[HOST_DEVICE].wakes <= world->net.now;
}

/* One thing that is due, or the way to the next. @return false: `until` is reached */
static bool turn(struct sim_world *world, uint64_t until)
{
    struct net *net = &world->net;
    uint64_t next = until;
    do_faults(world);
    reports_do(world);
    step_device(world);
    check_power(world);
    for (unsigned host = HOST_BS; host <= HOST_B; host++) {
        server_step(world, host);
        uint64_t deadline = server_deadline(world, host);
        next = deadline < next ? deadline : next;
    }
    check_manners(world);
    watch_after(world, world->deadline);
    world->counts->checks++;
    world->rounds++;
    if (net_run(net)) {
        check_power(world);
        world->still++;
    } else {
        uint64_t due = net_due(net);
        uint64_t fault = next_fault(world);
        next = world->deadline < next ? world->deadline : next;
        next = world->boots_at < next ? world->boots_at : next;
        next = world->card_answers < next && is_awake(world) ? world->card_answers : next;
        next = due < next ? due : next;
        next = world->reports.next < next ? world->reports.next : next;
        next = fault < next ? fault : next;
        if (next > net->now) {
            net->now = next;
            world->still = 0;
        } else {
            world->still++;
        }
    }
    if (world->still > STILL_MAX) {
        sim_fail(world, "step", "a busy loop: time does not go on");
    }
    return !world->failed && net->now < until;
}

/* Runs until a time, or until the device is back where it belongs. */
static bool run_until(struct sim_world *world, uint64_t until, bool until_back)
{
    while (turn(world, until)) {
        if (until_back && sim_is_back(world)) {
            return true;
        }
        if (world->rounds > world->rounds_most) {
            break;
        }
    }
    return false;
}

/* ---- a story --------------------------------------------------------------------------------- */

static void begin(struct sim_world *world, const struct sim_setup *setup,
                  const struct fault *faults, unsigned fault_count)
{
    static const struct nature right = {.lie = -1, .tamper = -1, .alert = -1};
    struct sim_watch *watch = world->watch;
    struct sim_counts *counts = world->counts;
    bool trace = world->trace;
    memset(world->fault_on, 0, sizeof world->fault_on);
    memset(world->fault_done, 0, sizeof world->fault_done);
    memset(world->server, 0, sizeof world->server);
    world->setup = *setup;
    world->fault_count = fault_count;
    if (fault_count > 0) {
        memcpy(world->faults, faults, fault_count * sizeof *faults);
    }
    world->watch = watch;
    world->counts = counts;
    world->trace = trace;
    world->failed = false;
    world->stopping = false;
    world->restarting = false;
    world->rounds_most = ROUNDS_MAX;
    world->bootstrap_gone = false;
    world->still = 0;
    world->rounds = 0;
    world->random = sim_random_stream(setup->seed, 5);
    net_init(&world->net, setup->seed);
    world->net.now = setup->clock;
    world->net.unix_offset = 1700000000 - (int64_t)(setup->clock / SECOND);
    world->net.knows_time = setup->knows_time;
    medium_init(&world->medium, setup->seed);
    world->medium_port = medium_port(&world->medium);
    loom_record_store(&world->record_store, &world->medium_port);
    net_add(&world->net, HOST_DEVICE, NULL, &sim_device_side, world, &world->port);
    for (unsigned host = HOST_BS; host <= HOST_STRANGER; host++) {
        world->nature[host] = right;
        server_begin(world, host);
    }
    world->outbox_lost = true;
    watch_begin(world);
    reports_begin(world);
    device_boot(world);
}

static void heal(struct sim_world *world)
{
    sim_say(world, "** from here on nothing is wrong any more");
    for (unsigned i = 0; i < world->fault_count; i++) {
        world->fault_on[i] = false;
        world->fault_done[i] = true;
    }
    apply_lasting(world);
    world->medium.cut_after = -1;
    world->rounds_most = SIM_NEVER;
    if (world->net.hosts[HOST_DEVICE].wakes > world->net.now) {
        world->net.hosts[HOST_DEVICE].wakes = world->net.now;
    }
    if (!world->on && world->boots_at > world->net.now) {
        world->boots_at = world->net.now;
    }
    step_device(world);
}

/* Every fault has healed: the device must be back within what its resources say. */
static void come_back(struct sim_world *world)
{
    char text[32];
    uint64_t bound = sim_bound(world);
    uint64_t from = world->net.now;
    if (bound == SIM_NEVER) {
        sim_say(world, "** the resources say that the device may stay away");
        world->counts->never++;
        world->rounds_most = world->rounds + ROUNDS_MAX;
        run_until(world, from + NEVER_WAIT, true);
        return;
    }
    sim_say(world, "** the device must be back in %s", sim_time_text(bound, text));
    world->rounds_most = world->rounds + PATIENCE_ROUNDS;
    bool back = sim_is_back(world) || run_until(world, from + bound, true);
    if (!back && !world->failed && world->net.now < from + bound) {
        sim_say(world, "** too busy a device to wait for");
        world->counts->never++;
        return;
    }
    if (!back) {
        sim_fail(world, "BSR-001", "nothing is wrong for %s, and the device is not back",
                 sim_time_text(bound, text));
        return;
    }
    world->counts->back++;
    world->rounds_most = SIM_NEVER;
    reports_bout(world);
    run_until(world, world->net.now + QUIET, false);
}

static void stop(struct sim_world *world)
{
    bool heard[SIM_SERVERS];
    bool back = sim_is_back(world);
    uint64_t until = world->net.now + STOP_MAX;
    if (world->failed || !world->on || world->restarting) {
        return;
    }
    sim_say(world, "** the product stops the client");
    world->stopping = true;
    watch_disturbed(world);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        heard[i] = watch_is_heard(world, i);
    }
    loom_client_stop(&world->client);
    reports_change(world);
    while (!loom_client_stopped(&world->client) && turn(world, until)) {
    }
    if (!world->failed && !loom_client_stopped(&world->client)) {
        sim_fail(world, "stop", "the client has not stopped after 300 s");
    }
    for (unsigned i = 0; back && i < SIM_SERVERS; i++) {
        if (heard[i] && server_knows_device(world, HOST_A + i)) {
            sim_fail(world, "B-23", "the client stopped, but is registered at %s",
                     host_name(HOST_A + i));
        }
    }
}

bool sim_run(struct sim_world *world, const struct sim_setup *setup, const struct fault *faults,
             unsigned fault_count)
{
    begin(world, setup, faults, fault_count);
    run_until(world, setup->clock + setup->healed, false);
    if (!world->failed) {
        heal(world);
    }
    if (!world->failed) {
        come_back(world);
    }
    stop(world);
    world->counts->stories++;
    world->counts->milliseconds += sim_elapsed(world);
    world->counts->net.datagrams += world->net.counts.datagrams;
    world->counts->net.lost += world->net.counts.lost;
    world->counts->net.doubled += world->net.counts.doubled;
    world->counts->net.retransmissions += world->net.counts.retransmissions;
    world->counts->net.repeats_answered += world->net.counts.repeats_answered;
    world->counts->net.requests += world->net.counts.requests;
    for (unsigned host = HOST_BS; host <= HOST_B; host++) {
        server_end(world, host);
    }
    return !world->failed;
}
