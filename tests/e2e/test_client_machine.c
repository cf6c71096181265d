/* SPDX-License-Identifier: Apache-2.0 */
/* What loom-client tells of the machine it runs on. */
#define _POSIX_C_SOURCE 200809L

#include "folder.h"
#include "machine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static FILE *file;
static struct folder folder;

static void stop(void)
{
    if (file != NULL) {
        fclose(file);
    }
    folder_remove(&folder);
}

TestSuite(client_machine, .fini = stop);

static void open_text(const char *text)
{
    if (file != NULL) {
        fclose(file);
    }
    file = tmpfile();
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    rewind(file);
}

/* ---- routes ---------------------------------------------------------------------------------- */

#define ROUTE_HEAD                                                                                 \
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"

/* Four bytes of an address as the processor has them in memory. */
static unsigned long in_memory(const char *address)
{
    const unsigned char *bytes = (const unsigned char *)address;
    uint32_t number;

    memcpy(&number, bytes, sizeof number);
    return number;
}

Test(client_machine, finds_the_default_route)
{
    struct client_route route;
    char text[512];

    snprintf(text, sizeof text,
             ROUTE_HEAD "eth1\t00000000\t%08lX\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
                        "eth0\t%08lX\t00000000\t0001\t0\t0\t0\t%08lX\t0\t0\t0\n"
                        "eth0\t00000000\t%08lX\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                        "eth2\t00000000\t%08lX\t0002\t0\t0\t1\t00000000\t0\t0\t0\n",
             in_memory("\x0A\x01\x01\x01"), in_memory("\xC0\x00\x02\x00"),
             in_memory("\xFF\xFF\xFF\x00"), in_memory("\xC0\x00\x02\x01"),
             in_memory("\x0A\x02\x02\x02"));
    open_text(text);
    cr_assert(client_machine_read_route(file, &route));
    cr_expect_str_eq(route.interface, "eth0"); /* the least metric of those that are up */
    cr_expect_str_eq(route.router, "192.0.2.1");
}

Test(client_machine, takes_no_other_route_for_the_default_one)
{
    static const char *const texts[] = {
        "",
        ROUTE_HEAD,
        ROUTE_HEAD "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",
        ROUTE_HEAD "eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n",
        ROUTE_HEAD "eth0\t00000000\t0101010A\n",
        "\xFF\xFE nonsense\n\n\n",
    };
    struct client_route route;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        open_text(texts[i]);
        cr_expect_not(client_machine_read_route(file, &route), "%zu", i);
        rewind(file);
        cr_expect_not(client_machine_read_route6(file, &route), "%zu", i);
    }
}

#define NOWHERE "00000000000000000000000000000000"

Test(client_machine, finds_the_default_route_of_ipv6)
{
    struct client_route route;

    open_text(NOWHERE " 00 " NOWHERE " 00 fe800000000000000000000000000002 00000400 00000001 "
                      "00000000 00000003     wlan0\n" NOWHERE " 00 " NOWHERE
                      " 00 fd000000000000000000000000000001 00000100 00000001 00000000 00000003 "
                      "    eth0\n" NOWHERE " 00 " NOWHERE " 00 " NOWHERE
                      " ffffffff 00000001 00000000 00200200       lo\n"
                      "fe800000000000000000000000000000 40 " NOWHERE " 00 " NOWHERE
                      " 00000001 00000001 00000000 00000001     eth0\n");
    cr_assert(client_machine_read_route6(file, &route));
    cr_expect_str_eq(route.interface, "eth0");
    cr_expect_str_eq(route.router, "fd00::1");
}

/* ---- reception ------------------------------------------------------------------------------- */

Test(client_machine, reads_how_well_a_wireless_interface_receives)
{
    int64_t signal;
    int64_t quality;

    open_text("Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n"
              " face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n"
              " wlan1: 0000   20.  -90.  -256        0      0      0      0      0        0\n"
              " wlan0: 0000   54.  -56.  -256        0      0      0      0      0        0\n");
    cr_assert(client_machine_read_wireless(file, "wlan0", &signal, &quality));
    cr_expect_eq(signal, -56);
    cr_expect_eq(quality, 54);
    rewind(file);
    cr_expect_not(client_machine_read_wireless(file, "wlan", &signal, &quality));
}

/* ---- power and storage ----------------------------------------------------------------------- */

static void write_supply(const char *name, const char *type, const char *capacity,
                         const char *status)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder.path, name);
    cr_assert_eq(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/type", name);
    folder_write(&folder, path, "%s\n", type);
    if (capacity != NULL) {
        snprintf(path, sizeof path, "%s/capacity", name);
        folder_write(&folder, path, "%s\n", capacity);
    }
    if (status != NULL) {
        snprintf(path, sizeof path, "%s/status", name);
        folder_write(&folder, path, "%s\n", status);
    }
}

Test(client_machine, reads_the_battery)
{
    struct client_battery battery;

    folder_make(&folder);
    cr_expect_not(client_machine_battery(folder.path, &battery));
    write_supply("AC", "Mains", NULL, NULL);
    write_supply("BAT0", "Battery", NULL, NULL);
    write_supply("BAT1", "Battery", "101", NULL);
    cr_expect_not(client_machine_battery(folder.path, &battery));
    write_supply("BAT2", "Battery", "73", "Charging");
    cr_assert(client_machine_battery(folder.path, &battery));
    cr_expect_eq(battery.level, 73);
    cr_expect_eq(battery.status, 1);
    cr_expect_not(client_machine_battery("/nowhere", &battery));
}

Test(client_machine, knows_the_states_of_a_battery)
{
    static const struct {
        const char *text;
        int64_t status;
    } states[] = {{"Discharging", 0}, {"Full", 2}, {"Odd", 6}, {NULL, 6}};
    struct client_battery battery;

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        folder_make(&folder);
        write_supply("BAT0", "Battery", "5", states[i].text);
        cr_assert(client_machine_battery(folder.path, &battery));
        cr_expect_eq(battery.status, states[i].status, "%zu", i);
        folder_remove(&folder);
    }
}

Test(client_machine, tells_storage)
{
    int64_t total;
    int64_t available;

    cr_assert(client_machine_storage("/", &total, &available));
    cr_expect_gt(total, 0);
    cr_expect_leq(available, total);
    cr_expect_not(client_machine_storage("/nowhere", &total, &available));
}

/* ---- time zone ------------------------------------------------------------------------------- */

static void set_zone(const char *zone)
{
    cr_assert_eq(setenv("TZ", zone, 1), 0);
}

Test(client_machine, tells_the_time_zone)
{
    char text[65];
    char offset[CLIENT_UTC_OFFSET_SIZE];

    set_zone("ABC-5:30");
    cr_assert(client_machine_utc_offset(1700000000, offset));
    cr_expect_str_eq(offset, "+05:30");
    set_zone("ABC3");
    cr_assert(client_machine_utc_offset(1700000000, offset));
    cr_expect_str_eq(offset, "-03:00");

    set_zone(":Europe/Berlin");
    cr_assert(client_machine_timezone(text, sizeof text));
    cr_expect_str_eq(text, "Europe/Berlin");
    cr_expect_not(client_machine_timezone(text, sizeof "Europe/Berlin" - 1));
    set_zone("UTC");
    cr_assert(client_machine_timezone(text, sizeof text));
    cr_expect_str_eq(text, "UTC");
}

/* ---- interfaces ------------------------------------------------------------------------------ */

Test(client_machine, looks_at_the_interfaces)
{
    struct client_network network;

    cr_assert(client_machine_network(&network)); /* the loopback at least */
    cr_expect_geq(network.bearer_count, 1u);
    cr_expect_geq(network.address_count, 1u);
    cr_expect(network.bearer == CLIENT_BEARER_WLAN || network.bearer == CLIENT_BEARER_ETHERNET);
    cr_expect_neq(network.addresses[0].address[0], '\0');
}
