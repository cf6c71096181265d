/* SPDX-License-Identifier: Apache-2.0 */
/** What the machine that the program runs on tells of itself. For most of it POSIX has no call:
 *  Linux has files for it, and where those are missing, so is the value. */
#ifndef LOOM_CLIENT_MACHINE_H
#define LOOM_CLIENT_MACHINE_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct client_battery {
    int64_t level;  /**< percent, 0 to 100 */
    int64_t status; /**< as in 3/0/20 */
};

/** Reads the first battery of a folder such as /sys/class/power_supply. @return false: none */
bool client_machine_battery(const char *folder, struct client_battery *battery);

/** Storage of the file system that `path` is in, in kilobytes of 1000 bytes.
 *  @return false: the system does not say */
bool client_machine_storage(const char *path, int64_t *total, int64_t *available);

#define CLIENT_UTC_OFFSET_SIZE sizeof "+00:00"
/** The local offset from UTC at a time in seconds since 1970 UTC, such as `+02:00`.
 *  @return false: the system does not know */
bool client_machine_utc_offset(int64_t time, char text[CLIENT_UTC_OFFSET_SIZE]);

/** The IANA name of the local time zone, such as `Europe/Berlin`. @return false: none is set */
bool client_machine_timezone(char *text, size_t size);

/** The way out of the machine. */
struct client_route {
    char interface[IF_NAMESIZE];
    char router[INET6_ADDRSTRLEN];
};

/** Reads the default route of least metric from a file such as /proc/net/route.
 *  @return false: there is none */
bool client_machine_read_route(FILE *file, struct client_route *route);
/** The same from one such as /proc/net/ipv6_route. */
bool client_machine_read_route6(FILE *file, struct client_route *route);

/** Reads from a file such as /proc/net/wireless how well an interface receives.
 *  @param signal dBm
 *  @return false: the interface is not in it */
bool client_machine_read_wireless(FILE *file, const char *interface, int64_t *signal,
                                  int64_t *quality);

/** Bearers of 4/0/0 that can be told from one another. */
enum { CLIENT_BEARER_WLAN = 21, CLIENT_BEARER_ETHERNET = 41 };

#define CLIENT_ADDRESSES_MAX 4u

struct client_address {
    char address[INET6_ADDRSTRLEN];
    char router[INET6_ADDRSTRLEN]; /**< "": not known */
};

struct client_network {
    int64_t bearer;
    int64_t bearers[2]; /**< of all interfaces that are up, each once */
    size_t bearer_count;
    bool has_signal;
    int64_t signal; /**< dBm */
    int64_t quality;
    /** Of the interface that the default route leaves by; without one, of the first that is up, and
     *  of the loopback if there is no other. */
    struct client_address addresses[CLIENT_ADDRESSES_MAX];
    size_t address_count;
};

/** Looks at the interfaces. @return false: none is up */
bool client_machine_network(struct client_network *network);

#endif
