/* SPDX-License-Identifier: Apache-2.0 */
/* Every way into a bootstrap, and what each of them may and may not do, in simulated time. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom_objects.h"
#include "world.h"

static struct world *world;

static void tear_down(void)
{
    world_destroy(world);
}

TestSuite(modes, .fini = tear_down);

static bool has(uint16_t object, uint16_t instance)
{
    return loom_model_has_instance(&world->model, object, instance);
}

static void put_accounts(void)
{
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, 300), LOOM_CHANGED);
}

static void registered_1_0(void)
{
    world = world_create(LOOM_LWM2M_1_0);
    world_add_bootstrap_account(world, 1, 600);
    world_add_server_account(world, &world->other, 2, 7, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 1);
    peer_find(&world->bs);
    cr_assert_not_null(world->bs.session, "the client listens for a push");
}

/* ---- server initiated, LwM2M 1.0 ------------------------------------------------------------- */

/* a push inside the hold-off takes the place of the request. */
Test(modes, a_push_inside_the_hold_off_replaces_the_request)
{
    world = world_create(LOOM_LWM2M_1_0);
    world_add_bootstrap_account(world, 1, 600);
    world_start(world);
    world_expect(world, LOOM_EVENT_HOLD_OFF, 1);
    world_run(world, 300);
    peer_find(&world->bs);
    put_accounts();
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PUSH, 0);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    world_run(world, 1000);
    cr_assert_eq(world->bs.got_count, 0, "no Bootstrap-Request");
}

/* what is none of the commands begins no push, and a Finish after it means nothing. */
Test(modes, nonsense_does_not_begin_a_push)
{
    registered_1_0();
    cr_assert_eq(peer_delete(world, &world->bs, "/rd"), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_post(world, &world->bs, "/1/0/8", ""), LOOM_BAD_REQUEST);
    cr_assert_eq(peer_finish(world), LOOM_BAD_REQUEST);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 0);
    cr_assert_eq(peer_delete(world, &world->bs, "/1/5"), LOOM_DELETED);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 1);
}

/* A-10 step 5, A-90: later, too, while the account is kept; servers are ignored meanwhile. */
Test(modes, a_push_comes_while_registered_and_silences_servers)
{
    registered_1_0();
    cr_assert_eq(peer_get(world, &world->other, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    put_accounts();
    cr_assert_eq(peer_get(world, &world->other, "/3/0/0", LOOM_FORMAT_ABSENT), 0);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->bs.got_count, 0);
    cr_assert(has(1, 0) && has(1, 2));
    cr_assert_eq(peer_delete(world, &world->bs, "/0/0"), LOOM_DELETED, "and once more");
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 2);
}

/* a push that falls silent has changed nothing, and calls for nothing. */
Test(modes, a_push_that_falls_silent_is_rolled_back)
{
    registered_1_0();
    put_accounts();
    world_run(world, 246);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_FAILED), 0);
    world_run(world, 2);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_FAILED), 1);
    cr_assert_not(has(1, 0));
    cr_assert_eq(peer_get(world, &world->other, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
    world_run(world, 7200);
    cr_assert_eq(world->bs.got_count, 0, "registered, so there is nothing to ask for");
}

/* a Finish that comes out of the blue is an old one, and begins nothing. */
Test(modes, a_finish_does_not_begin_a_push)
{
    registered_1_0();
    cr_assert_eq(peer_finish(world), LOOM_BAD_REQUEST);
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 0);
    cr_assert_eq(peer_get(world, &world->other, "/3/0/0", LOOM_FORMAT_ABSENT), LOOM_CONTENT);
}

/* since 1.1 nobody may begin but the client. */
Test(modes, since_1_1_a_push_is_refused)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_bootstrap(world, 300);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(peer_put_server(world, "/1/1", 9, 60), LOOM_BAD_REQUEST);
    cr_assert_not(has(1, 1));
    cr_assert_eq(world_count(world, LOOM_EVENT_BOOTSTRAP_PUSH), 0);
}

/* ---- smartcard, rules, E-1, E-30 .. E-33 ------------------------------------------ */

static enum loom_status card_answer;

static enum loom_status read_card(void *self)
{
    (void)self;
    return card_answer;
}

static const struct loom_smartcard card = {NULL, read_card};

static void put_be16(struct loom_output *out, size_t number)
{
    loom_put_byte(out, (uint8_t)(number >> 8));
    loom_put_byte(out, (uint8_t)number);
}

static void put_value(struct loom_output *out, uint16_t id, struct loom_value value)
{
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE, id, &value);
}

static struct loom_value text_of(const char *text)
{
    struct loom_value value = {.type = LOOM_STRING, .as = {.text = {text, strlen(text)}}};
    return value;
}

static struct loom_value integer_of(int64_t number)
{
    struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = number}};
    return value;
}

static struct loom_value boolean_of(bool truth)
{
    struct loom_value value = {.type = LOOM_BOOLEAN, .as = {.boolean = truth}};
    return value;
}

static void put_security(struct loom_output *out, uint16_t instance, const char *uri, uint16_t ssid)
{
    size_t begin = loom_tlv_begin(out);
    put_value(out, 0, text_of(uri));
    put_value(out, 1, boolean_of(ssid == 0));
    put_value(out, 2, integer_of(LOOM_SECURITY_NOSEC));
    if (ssid != 0) {
        put_value(out, 10, integer_of(ssid));
    }
    loom_tlv_end(out, begin, LOOM_TLV_INSTANCE, instance);
}

static void put_server(struct loom_output *out, uint16_t instance, uint16_t ssid)
{
    size_t begin = loom_tlv_begin(out);
    put_value(out, 0, integer_of(ssid));
    put_value(out, 1, integer_of(43200));
    put_value(out, 6, boolean_of(true));
    put_value(out, 7, text_of("U"));
    loom_tlv_end(out, begin, LOOM_TLV_INSTANCE, instance);
}

/* A file of a bootstrap account and, if wanted, an account of `server`. */
static size_t write_card(uint8_t *file, size_t room, bool with_server)
{
    uint8_t values[512];
    struct loom_output body = loom_output(file + 4, room - 4);
    struct loom_output security = loom_output(values, sizeof values);
    put_security(&security, 0, "coap://bs:5683", 0);
    if (with_server) {
        put_security(&security, 1, "coap://server:5683", 1);
    }
    put_be16(&body, 0);
    loom_put_byte(&body, 0);
    put_be16(&body, security.length);
    loom_put_bytes(&body, values, security.length);
    if (with_server) {
        struct loom_output server = loom_output(values, sizeof values);
        put_server(&server, 0, 1);
        put_be16(&body, 1);
        loom_put_byte(&body, 1); /* a version of two bytes: 1.1 */
        loom_put_byte(&body, 1);
        put_be16(&body, server.length);
        loom_put_bytes(&body, values, server.length);
    }
    struct loom_output head = loom_output(file, 4);
    put_be16(&head, with_server ? 2 : 1);
    put_be16(&head, body.length);
    cr_assert_not(body.overflow);
    return 4 + body.length;
}

static void start_with_card(enum loom_status answer)
{
    card_answer = answer;
    world = world_create(LOOM_LWM2M_1_1);
    world->client.context.config.smartcard = &card;
    world_add_server_account(world, &world->other, 2, 7, 86400); /* the factory's */
    world_start(world);
    world_run(world, 1);
}

/* A-10 step 1, A-11, E-1, E-30 .. E-33: the card comes first, and what is on it is what counts. */
Test(modes, the_smartcard_comes_before_everything)
{
    uint8_t file[1024];
    size_t length = write_card(file, sizeof file, true);
    start_with_card(LOOM_OK);
    cr_assert_eq(world->other.got_count, 0, "nothing before the card is read");
    loom_client_smartcard(&world->client, LOOM_OK, file, length);
    cr_assert_eq(world_expect(world, LOOM_EVENT_SMARTCARD, 0)->code, LOOM_OK);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_not_null(strstr(world->server.got[0].line, "lt=43200"));
    cr_assert_eq(world->other.got_count, 0, "what the card names is replaced");
    cr_assert_eq(world->saves, 0, "it is read again at the next start");
}

/* A-10 steps 1, 4: a card with nothing but a bootstrap account leads to a bootstrap. */
Test(modes, a_card_may_bring_the_bootstrap_account_alone)
{
    uint8_t file[1024];
    size_t length = write_card(file, sizeof file, false);
    card_answer = LOOM_OK;
    world = world_create(LOOM_LWM2M_1_1);
    world->client.context.config.smartcard = &card;
    world_start(world);
    world_run(world, 1);
    loom_client_smartcard(&world->client, LOOM_OK, file, length);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
}

/* A-10 step 2: no card, a card that is silent, or one that is damaged: the factory's data. */
Test(modes, without_a_card_comes_the_factory)
{
    start_with_card(LOOM_NOT_FOUND);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_eq(world->other.got_count, 1);
}

/* A-10 step 2. */
Test(modes, a_silent_card_is_not_waited_for)
{
    start_with_card(LOOM_OK);
    world_run(world, 58);
    cr_assert_eq(world->other.got_count, 0);
    world_expect(world, LOOM_EVENT_REGISTERED, 2);
    loom_client_smartcard(&world->client, LOOM_OK, "", 0);
    cr_assert_eq(world_count(world, LOOM_EVENT_SMARTCARD), 1, "too late");
}

/* A-10 step 2, E-30 .. E-32: a damaged file changes nothing, wherever it is cut. */
Test(modes, a_damaged_card_changes_nothing)
{
    uint8_t file[1024];
    size_t length = write_card(file, sizeof file, true);
    for (size_t cut = 0; cut < length; cut++) {
        start_with_card(LOOM_OK);
        loom_client_smartcard(&world->client, LOOM_OK, file, cut);
        cr_assert_neq(world_expect(world, LOOM_EVENT_SMARTCARD, 0)->code, LOOM_OK, "%zu", cut);
        cr_assert(has(0, 2) && has(1, 2) && !has(0, 0) && !has(0, 1));
        world_expect(world, LOOM_EVENT_REGISTERED, 1);
        cr_assert_eq(world->other.got_count, 1);
        if (cut + 1 < length) {
            world_destroy(world);
        }
    }
}

static void bootstrap_with_timeout(int64_t seconds)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(0, 1, 12), seconds), LOOM_OK);
    world_start(world);
    world_bootstrap(world, 86400);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* ---- Bootstrap-Pack, rules A-100 .. A-103 ---------------------------------------------------- */

struct pack {
    uint8_t bytes[1024];
    struct loom_output out;
};

static void pack_put(struct pack *pack, struct loom_path path, struct loom_value value)
{
    loom_senml_cbor_put(&pack->out, &path, &value);
}

static void make_pack(struct pack *pack, uint16_t instance, uint16_t ssid)
{
    pack->out = loom_output(pack->bytes, sizeof pack->bytes);
    loom_senml_cbor_begin(&pack->out, 8);
    pack_put(pack, loom_path_resource(0, instance, 0), text_of("coap://server:5683"));
    pack_put(pack, loom_path_resource(1, 0, 0), integer_of(1));
    pack_put(pack, loom_path_resource(0, instance, 1), boolean_of(false));
    pack_put(pack, loom_path_resource(0, instance, 2), integer_of(LOOM_SECURITY_NOSEC));
    pack_put(pack, loom_path_resource(1, 0, 1), integer_of(43200));
    pack_put(pack, loom_path_resource(0, instance, 10), integer_of(ssid));
    pack_put(pack, loom_path_resource(1, 0, 6), boolean_of(true));
    pack_put(pack, loom_path_resource(1, 0, 7), text_of("U"));
    world->bs.pack_code = LOOM_CONTENT;
    world->bs.pack.data = pack->bytes;
    world->bs.pack.length = pack->out.length;
}

/* A client whose one server does not answer any more, so that it asks for a pack. */
static void begin_pack(void)
{
    world = world_create(LOOM_LWM2M_1_2);
    world->client.context.config.bootstrap_pack = true;
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->other, 3, 7, 86400);
    world->other.register_code = LOOM_FORBIDDEN;
    world_start(world);
}

/* 1.2-int-12: objects in the pack are replaced as a whole, there is no Finish,
 * and the account is spared. */
Test(modes, a_pack_is_a_whole_bootstrap)
{
    struct pack pack;
    begin_pack();
    make_pack(&pack, 0, 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST, 1);
    cr_assert_eq(world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK, 1)->code, LOOM_CONTENT);
    cr_assert_str_eq(world->bs.got[0].line, "GET /bspack?ep=device&acc=</0/1>");
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    cr_assert_not_null(strstr(world->server.got[0].line, "lt=43200"));
    cr_assert(has(0, 0) && has(0, 1) && !has(0, 3) && !has(1, 3));
    cr_assert_eq(world->saves, 1);
    cr_assert_eq(world->bs.got_count, 1);
}

/* a pack that does not know where the account is does not take it away. */
Test(modes, a_pack_over_the_account_makes_it_move)
{
    struct pack pack;
    bool is_account = false;
    begin_pack();
    make_pack(&pack, 1, 1);
    world_expect(world, LOOM_EVENT_REGISTERED, 2);
    cr_assert_eq(loom_get_boolean(&world->model, loom_path_resource(0, 0, 1), &is_account),
                 LOOM_OK);
    cr_assert(is_account);
}

static unsigned long steps;

static enum loom_status counting_next(struct loom_decoder *decoder, struct loom_item *item)
{
    steps++;
    return loom_format_senml_cbor.reader.next(decoder, item);
}

#define HOSTILE_RECORDS 250u

/* Sends a pack of as many records as these, and counts how many are read on the way. */
static void expect_cheap(void (*put)(struct loom_output *out, uint16_t number))
{
    static uint8_t bytes[4096];
    static struct loom_format counting;
    static const struct loom_format *const formats[] = {&counting, &loom_format_tlv, NULL};
    static struct loom_product product;
    struct loom_output out = loom_output(bytes, sizeof bytes);
    begin_pack();
    counting = loom_format_senml_cbor;
    counting.reader.next = counting_next;
    product = *world->model.product;
    product.formats = formats;
    world->model.product = &product;
    loom_senml_cbor_begin(&out, HOSTILE_RECORDS);
    for (uint16_t i = 0; i < HOSTILE_RECORDS; i++) {
        put(&out, i);
    }
    cr_assert_not(out.overflow);
    world->bs.pack_code = LOOM_CONTENT;
    world->bs.pack.data = bytes;
    world->bs.pack.length = out.length;
    steps = 0;
    cr_assert_eq(world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK, 2)->reason,
                 LOOM_REASON_PACK_CONTENT);
    cr_assert_leq(steps, 40ul * HOSTILE_RECORDS, "%lu records read", steps);
}

static void put_unknown_object(struct loom_output *out, uint16_t number)
{
    struct loom_path path = loom_path_resource((uint16_t)(4000 + number), 0, 0);
    struct loom_value value = integer_of(1);
    loom_senml_cbor_put(out, &path, &value);
}

static void put_kind(struct loom_output *out, uint16_t number)
{
    struct loom_path path = loom_path_resource(0, number, 1);
    struct loom_value value = boolean_of(false);
    loom_senml_cbor_put(out, &path, &value);
}

/* a pack is read as often as the product has objects, whatever it names. */
Test(modes, a_pack_of_many_objects_is_refused_at_the_first_that_the_client_lacks)
{
    expect_cheap(put_unknown_object);
}

/* the account is in the way of one of many instances, so it would have to move behind
 * all of them. */
Test(modes, a_pack_of_many_accounts_does_not_keep_the_client_looking_for_a_free_instance)
{
    expect_cheap(put_kind);
}

static void expect_fall_back(void)
{
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK, 200);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(strncmp(peer_last(&world->bs)->line, "POST /bs?", 9), 0);
    cr_assert(has(0, 3) && has(1, 3) && has(0, 1), "the pack has left nothing");
    put_accounts();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

/* after any error, Bootstrap-Request; also where nobody answers. */
Test(modes, every_error_falls_back_from_the_pack_to_the_request)
{
    static const uint8_t codes[] = {LOOM_NOT_IMPLEMENTED, LOOM_METHOD_NOT_ALLOWED, LOOM_NOT_FOUND,
                                    LOOM_BAD_REQUEST,     LOOM_UNAUTHORIZED,       0};
    for (size_t i = 0; i < sizeof codes; i++) {
        begin_pack();
        world->bs.pack_code = codes[i];
        expect_fall_back();
        if (i + 1 < sizeof codes) {
            world_destroy(world);
        }
    }
}

/* an inconsistent pack, and one that cannot be read. */
Test(modes, an_inconsistent_pack_falls_back)
{
    struct pack pack;
    begin_pack();
    make_pack(&pack, 0, 2);
    expect_fall_back();
    world_destroy(world);
    begin_pack();
    make_pack(&pack, 0, 1);
    world->bs.pack.length /= 2;
    expect_fall_back();
}

/* what a refused pack has moved is where it was when the request comes. */
Test(modes, after_a_refused_pack_the_account_is_still_protected)
{
    struct pack pack;
    begin_pack();
    make_pack(&pack, 1, 2); /* over the account, and inconsistent */
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK, 2);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/"), LOOM_DELETED);
    put_accounts();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert(has(0, 1));
}

/* a bootstrap that a registration made needless leaves nothing behind; the next one has
 * its hold-off. */
Test(modes, the_bootstrap_after_a_needless_one_has_its_hold_off)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 40);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world->bs.bs_code = LOOM_UNAVAILABLE;
    world->server.register_code = LOOM_FORBIDDEN;
    world_start(world);
    for (int i = 0; i < 6; i++) {
        world_expect(world, LOOM_EVENT_BOOTSTRAP_RETRY, 4000);
    }
    world->server.register_code = LOOM_CREATED;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTERED, 86401);
    world->server.update_code = LOOM_NOT_FOUND;
    world->server.register_code = LOOM_FORBIDDEN;
    loom_client_update(&world->client);
    world_expect(world, LOOM_EVENT_REGISTRATION_GIVEN_UP, 10);
    cr_assert_eq(world_expect(world, LOOM_EVENT_HOLD_OFF, 1)->seconds, 40);
}

/* nor does a session that ends at the request for a pack keep the device from its bootstrap.
 */
Test(modes, a_session_that_a_pack_request_ends_falls_back)
{
    begin_pack();
    loom_loopback_set_reachable(world->bs.host, false);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST, 2);
    loom_client_side.lost(&world->client, &world->client.bootstrap, world->client.bootstrap.session,
                          LOOM_FAILURE_CLOSED, -1);
    loom_loopback_set_reachable(world->bs.host, true);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 30);
    cr_assert_eq(strncmp(peer_last(&world->bs)->line, "POST /bs?", 9), 0);
}

/* a bootstrap server that never answers the request for a pack is asked anew, in
 * another session: in the old one the request would wait for the end of what is repeated there. */
Test(modes, a_silent_pack_is_not_waited_for_twice)
{
    begin_pack();
    world->bs.pack_code = 0;
    world_expect(world, LOOM_EVENT_BOOTSTRAP_PACK_REQUEST, 2);
    unsigned sessions = world_count(world, LOOM_EVENT_SESSION);
    world->client.bootstrap.exchange += 1000; /* a port that never tells the end of this one */
    const struct loom_event *event = world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 248);
    cr_assert_geq(event->time, 1000000 + 247000);
    cr_assert_eq(world_count(world, LOOM_EVENT_SESSION), sessions + 1);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
}

/* a store that fails for good keeps no bootstrap from its time. */
Test(modes, an_account_that_cannot_be_purged_still_bootstraps)
{
    bootstrap_with_timeout(1000);
    world->store_failure = LOOM_UNAVAILABLE;
    world->server.update_code = LOOM_NOT_FOUND;
    world->server.register_code = LOOM_FORBIDDEN;
    world->bs.bs_code = LOOM_UNAVAILABLE;
    loom_client_update(&world->client);
    world_run(world, 5000);
    world->bs.bs_code = LOOM_CHANGED;
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 7200);
    cr_assert(has(0, 1));
}

/* B-23: whenever the product stops, there is an end. */
Test(modes, a_stop_before_the_first_step_or_at_the_card_ends)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    loom_client_stop(&world->client);
    world_run(world, 1);
    cr_assert(loom_client_stopped(&world->client));
    cr_assert_eq(world->server.got_count, 0);
    world_destroy(world);
    uint8_t file[1024];
    size_t length = write_card(file, sizeof file, true);
    start_with_card(LOOM_OK);
    loom_client_stop(&world->client);
    loom_client_smartcard(&world->client, LOOM_OK, file, length);
    world_run(world, 1);
    cr_assert(loom_client_stopped(&world->client));
}

/* ---- Bootstrap-Request, A-20, A-32 ----------------------------------------------------------- */

/* 4.15 means the format; TLV goes without saying. */
Test(modes, a_refused_format_is_left_out)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world->bs.bs_code = LOOM_UNSUPPORTED_FORMAT;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_REFUSED, 1);
    world->bs.bs_code = LOOM_CHANGED;
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_str_eq(world->bs.got[0].line, "POST /bs?ep=device&pct=11542");
    cr_assert_str_eq(world->bs.got[1].line, "POST /bs?ep=device");
}

/* 4.00 is the one refusal that 1.0 has; the next attempt is one in its form. */
Test(modes, a_refused_request_is_repeated_in_the_oldest_form)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world->bs.bs_code = LOOM_BAD_REQUEST;
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_RETRY, 1);
    world->bs.bs_code = LOOM_CHANGED;
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 20);
    cr_assert_str_eq(world->bs.got[0].line, "POST /bs?ep=device&pct=11542");
    cr_assert_str_eq(world->bs.got[1].line, "POST /bs?ep=device");
}

/* waits double to an hour, and random bits spread them by up to a half. */
Test(modes, waits_towards_the_bootstrap_server_grow_and_spread)
{
    uint64_t seconds = 10;
    bool spread = false;
    world = world_create(LOOM_LWM2M_1_1);
    loom_loopback_set_random(world->net, 7);
    world->host =
        loom_loopback_add(world->net, NULL, &loom_client_side, &world->client, &world->port);
    world_add_bootstrap_account(world, 1, 0);
    world->bs.bs_code = LOOM_UNAVAILABLE;
    world_start(world);
    for (int i = 0; i < 14; i++) {
        uint64_t refused = world_expect(world, LOOM_EVENT_BOOTSTRAP_REFUSED, 6000)->time;
        uint64_t wait = world_expect(world, LOOM_EVENT_BOOTSTRAP_REQUEST, 6000)->time - refused;
        cr_assert_geq(wait, seconds * 1000);
        cr_assert_leq(wait, seconds * 1500 + 20);
        spread = spread || wait > seconds * 1000 + 20;
        seconds = seconds * 2 > 3600 ? 3600 : seconds * 2;
    }
    cr_assert(spread);
}

/* ---- the object version of a Bootstrap-Write, A-46, A-47 ------------------------------------- */

static uint8_t put_label(const char *version)
{
    struct loom_request request = {.method = LOOM_PUT,
                                   .content_format = LOOM_FORMAT_TEXT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {(const uint8_t *)"cellar", 6},
                                   .query_count = 1,
                                   .query = {{version, strlen(version)}}};
    return peer_send(world, &world->bs, &request, "/3303/0/5750");
}

/* a version that the client has, or one that it does not. */
Test(modes, a_write_for_another_object_version_is_refused)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_start(world);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    static const char *const good[] = {"ver=1.1", "ver=1.0", "x=1"};
    static const char *const bad[] = {
        "ver=1.2", "ver=2.0", "ver=0.9", "ver=", "ver=1", "ver=1.1.", "ver=1.01", "ver=\"1.1\""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(put_label(good[i]), LOOM_CHANGED, "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_eq(put_label(bad[i]), LOOM_BAD_REQUEST, "%s", bad[i]);
        cr_assert_gt(world->events[world->event_count - 1].text.length, 0, "and says why");
    }
}

/* ---- Bootstrap-Server Account Timeout, 0/x/12, rules A-87, A-88 ------------------------------ */

/* so many seconds after the success, and not before. */
Test(modes, the_account_is_purged_in_its_time)
{
    bootstrap_with_timeout(1000);
    world_run(world, 990);
    cr_assert(has(0, 1));
    world_expect(world, LOOM_EVENT_ACCOUNT_EXPIRED, 11);
    cr_assert_not(has(0, 1));
    cr_assert_eq(world->saves, 2, "and it does not come back with the next start");
    cr_assert_eq(peer_post(world, &world->server, "/1/0/9", ""), LOOM_METHOD_NOT_ALLOWED);
    cr_assert(has(0, 0) && has(1, 0));
}

/* 0 is never, and a bootstrap that is under way is not cut off. */
Test(modes, the_account_is_not_purged_without_a_timeout_or_in_use)
{
    bootstrap_with_timeout(0);
    world_run(world, 10000000);
    cr_assert(has(0, 1));
    world_destroy(world);
    bootstrap_with_timeout(1000);
    world_run(world, 990);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    world_run(world, 60);
    cr_assert(has(0, 1), "in use");
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    world_run(world, 900);
    cr_assert(has(0, 1), "it counts from the last success");
    world_expect(world, LOOM_EVENT_ACCOUNT_EXPIRED, 101);
}

/* an account that cannot be purged in the store is not purged here either. */
Test(modes, the_account_stays_while_the_store_fails)
{
    bootstrap_with_timeout(1000);
    world->store_failure = LOOM_UNAVAILABLE;
    world_run(world, 2000);
    cr_assert(has(0, 1));
    world->store_failure = LOOM_OK;
    world_expect(world, LOOM_EVENT_ACCOUNT_EXPIRED, 3600);
    cr_assert_not(has(0, 1));
}

static void restart_after(int64_t seconds, int64_t unix_then)
{
    struct world *second = world_create(LOOM_LWM2M_1_1);
    memcpy(second->stored, world->stored, world->stored_length);
    second->stored_length = world->stored_length;
    world_destroy(world);
    world = second;
    if (unix_then != 0) {
        loom_loopback_set_unix_time(world->net, unix_then + seconds);
    }
    world_start(world);
    world_run(world, 1);
}

/* what is left of the time outlives a restart; the time that the device was off counts if it
 * knows it, and a clock that was set back makes it no longer. */
Test(modes, the_timeout_of_the_account_outlives_a_restart)
{
    static const struct {
        int64_t unix_time;
        int64_t off;
        double left;
    } cases[] = {{0, 0, 1000}, {1700000000, 300, 700}, {1700000000, -5000, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world = world_create(LOOM_LWM2M_1_1);
        loom_loopback_set_unix_time(world->net, cases[i].unix_time);
        world_add_bootstrap_account(world, 1, 0);
        cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(0, 1, 12), 1000), LOOM_OK);
        world_start(world);
        world_bootstrap(world, 86400);
        restart_after(cases[i].off, cases[i].unix_time);
        world_run(world, cases[i].left - 10);
        cr_assert(has(0, 1), "case %zu", i);
        world_expect(world, LOOM_EVENT_ACCOUNT_EXPIRED, 12);
        if (i < 2) {
            world_destroy(world);
        }
    }
}

/* ---- unbootstrapping, rules A-53, C-70 ------------------------------------------------------- */

static void add_entry(uint16_t id, uint16_t object, uint16_t instance, uint16_t owner)
{
    struct loom_model *model = &world->model;
    cr_assert_eq(loom_model_create(model, 2, &id), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, id, 0), object), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, id, 1), instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(2, id, 3), owner), LOOM_OK);
}

static void add_right(uint16_t id, uint16_t ssid, int64_t rights)
{
    cr_assert_eq(
        loom_set_integer(&world->model, loom_path_resource_instance(2, id, 2, ssid), rights),
        LOOM_OK);
}

static int64_t owner_of(uint16_t id)
{
    int64_t owner = -1;
    cr_assert_eq(loom_get_integer(&world->model, loom_path_resource(2, id, 3), &owner), LOOM_OK);
    return owner;
}

/* a refused Finish takes nothing away that the repair may need. */
Test(modes, a_refused_finish_unbootstraps_nobody)
{
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_start(world);
    world_run(world, 1);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/0"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(peer_put_security(world, "/0/2", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert(has(1, 0));
}

/* A-6, B-17: a push finds the client at its new address, too. */
Test(modes, a_push_finds_a_client_that_has_moved)
{
    registered_1_0();
    loom_client_address_changed(&world->client);
    world_run(world, 1);
    peer_find(&world->bs);
    put_accounts();
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}

/* A-53, C-70: a server without its Security instance leaves the Server object and every list; what
 * it owned goes to who may write and delete most, and what only it could use is gone. */
Test(modes, an_unbootstrapped_server_leaves_everything)
{
    uint16_t second = 1;
    struct loom_path gone = loom_path_resource_instance(2, 0, 2, 7);
    world = world_create(LOOM_LWM2M_1_1);
    world_add_bootstrap_account(world, 1, 0);
    world_add_server_account(world, &world->server, 0, 1, 300);
    world_add_server_account(world, &world->other, 2, 7, 300);
    world_add_server_account(world, &world->other, 3, 9, 300);
    cr_assert_eq(loom_model_create(&world->model, 3303, &second), LOOM_OK);
    add_entry(0, 3, 0, 7); /* owned by 7; 1 may write, 9 may write and delete */
    add_right(0, 7, 31);
    add_right(0, 1, 3);
    add_right(0, 9, 10);
    add_entry(1, 3303, 0, 7); /* owned by 7, everybody may read */
    add_right(1, 0, 1);
    add_entry(2, 3303, 1, 7); /* nobody else's: 1 is named, without a right */
    add_right(2, 1, 0);
    add_entry(3, 4, 0, 1); /* another's */
    add_right(3, 1, 31);
    add_right(3, 7, 1);
    add_entry(4, 1, 2, 65535); /* of its Server instance */
    add_right(4, 7, 15);
    add_entry(5, 4, 0, 7); /* everybody may write, but for 1 and 9, who may read */
    add_right(5, 0, 3);
    add_right(5, 1, 1);
    add_right(5, 9, 1);
    world_start(world);
    world_run(world, 1);
    loom_client_bootstrap(&world->client);
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 1);
    cr_assert_eq(peer_delete(world, &world->bs, "/0/2"), LOOM_DELETED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
    cr_assert_not(has(1, 2));
    cr_assert_eq(loom_model_exists(&world->model, &gone), LOOM_NOT_FOUND);
    cr_assert_eq(owner_of(0), 9);
    cr_assert_eq(owner_of(1), 1, "of equals the lowest id");
    cr_assert_not(has(2, 2));
    cr_assert_not(has(3303, 1));
    cr_assert(has(3303, 0));
    cr_assert_eq(owner_of(3), 1);
    gone.id[LOOM_INSTANCE_ID] = 3;
    cr_assert_eq(loom_model_exists(&world->model, &gone), LOOM_NOT_FOUND);
    cr_assert_not(has(2, 4), "the entry of its Server instance");
    cr_assert_eq(owner_of(5), 1);
}
