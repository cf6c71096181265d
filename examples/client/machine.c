/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* IFF_UP, getifaddrs() */
#include "machine.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 512u
#define PATH_SIZE 512u

/* ---- power and storage ----------------------------------------------------------------------- */

/* The first line of a file, without its end. */
static bool read_line(const char *folder, const char *entry, const char *name, char *text,
                      size_t size)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s/%s", folder, entry, name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "r") : NULL;
    if (file == NULL) {
        return false;
    }
    bool good = fgets(text, (int)size, file) != NULL;
    fclose(file);
    if (good) {
        text[strcspn(text, "\n")] = '\0';
    }
    return good;
}

/* 3/0/20 */
static int64_t battery_status(const char *text)
{
    static const struct {
        const char *text;
        int64_t status;
    } states[] = {{"Discharging", 0}, {"Not charging", 0}, {"Charging", 1}, {"Full", 2}};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(text, states[i].text) == 0) {
            return states[i].status;
        }
    }
    return 6;
}

static bool read_battery(const char *folder, const char *entry, struct client_battery *battery)
{
    char text[32];
    if (!read_line(folder, entry, "type", text, sizeof text) || strcmp(text, "Battery") != 0 ||
        !read_line(folder, entry, "capacity", text, sizeof text)) {
        return false;
    }
    char *end;
    long level = strtol(text, &end, 10);
    if (end == text || *end != '\0' || level < 0 || level > 100) {
        return false;
    }
    battery->level = level;
    battery->status = read_line(folder, entry, "status", text, sizeof text) ? battery_status(text)
                                                                            : battery_status("");
    return true;
}

bool client_machine_battery(const char *folder, struct client_battery *battery)
{
    DIR *list = opendir(folder);
    if (list == NULL) {
        return false;
    }
    bool found = false;
    const struct dirent *entry;
    while (!found && (entry = readdir(list)) != NULL) {
        found = entry->d_name[0] != '.' && read_battery(folder, entry->d_name, battery);
    }
    closedir(list);
    return found;
}

bool client_machine_storage(const char *path, int64_t *total, int64_t *available)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0) {
        return false;
    }
    /* What is too much for the type is more than any server asks about. */
    double block = (double)status.f_frsize / 1000.0;
    double most = 9e18;
    double all = (double)status.f_blocks * block;
    double left = (double)status.f_bavail * block;
    *total = (int64_t)(all < most ? all : most);
    *available = (int64_t)(left < most ? left : most);
    return true;
}

/* ---- time zone ------------------------------------------------------------------------------- */

bool client_machine_utc_offset(int64_t time, char text[CLIENT_UTC_OFFSET_SIZE])
{
    time_t seconds = (time_t)time;
    struct tm local;
    char digits[8];
    tzset();
    if (localtime_r(&seconds, &local) == NULL ||
        strftime(digits, sizeof digits, "%z", &local) != 5) {
        return false;
    }
    snprintf(text, CLIENT_UTC_OFFSET_SIZE, "%.3s:%.2s", digits, digits + 3);
    return true;
}

/* Of what TZ may hold, a name of IANA alone: neither the rules of POSIX nor the path of a file. */
static const char *zone_of_environment(void)
{
    const char *zone = getenv("TZ");
    if (zone != NULL && zone[0] == ':') {
        zone++;
    }
    bool named =
        zone != NULL && zone[0] != '/' && (strchr(zone, '/') != NULL || strcmp(zone, "UTC") == 0);
    return named ? zone : NULL;
}

bool client_machine_timezone(char *text, size_t size)
{
    static const char marker[] = "/zoneinfo/";
    char path[PATH_SIZE];
    const char *zone = zone_of_environment();
    if (zone == NULL) {
        ssize_t length = readlink("/etc/localtime", path, sizeof path - 1);
        path[length > 0 ? length : 0] = '\0';
        zone = strstr(path, marker);
        zone = zone == NULL ? NULL : zone + sizeof marker - 1;
    }
    return zone != NULL && zone[0] != '\0' && (size_t)snprintf(text, size, "%s", zone) < size;
}

/* ---- routes ---------------------------------------------------------------------------------- */

#define ROUTE_UP      0x1u
#define ROUTE_GATEWAY 0x2u

/* Interface, destination, gateway, flags, two counters, metric, mask: numbers in hexadecimal but
 * for counters and metric, addresses as the processor has them in memory. */
bool client_machine_read_route(FILE *file, struct client_route *route)
{
    char line[LINE_SIZE];
    unsigned long least = 0;
    bool found = false;
    while (fgets(line, sizeof line, file) != NULL) {
        char name[IF_NAMESIZE];
        unsigned long destination;
        unsigned long gateway;
        unsigned long flags;
        unsigned long metric;
        unsigned long mask;
        if (sscanf(line, "%15s %8lx %8lx %8lx %*u %*u %9lu %8lx", name, &destination, &gateway,
                   &flags, &metric, &mask) != 6 ||
            destination != 0 || mask != 0 ||
            (flags & (ROUTE_UP | ROUTE_GATEWAY)) != (ROUTE_UP | ROUTE_GATEWAY) ||
            (found && metric >= least)) {
            continue;
        }
        struct in_addr address = {(in_addr_t)gateway};
        found = inet_ntop(AF_INET, &address, route->router, sizeof route->router) != NULL;
        snprintf(route->interface, sizeof route->interface, "%s", name);
        least = metric;
    }
    return found;
}

/* 32 digits to `2001:...`. */
static bool read_address6(const char *digits, char *text, size_t size)
{
    struct in6_addr address;
    for (size_t i = 0; i < sizeof address.s6_addr; i++) {
        unsigned byte;
        if (sscanf(digits + 2 * i, "%2x", &byte) != 1) {
            return false;
        }
        address.s6_addr[i] = (uint8_t)byte;
    }
    return inet_ntop(AF_INET6, &address, text, (socklen_t)size) != NULL;
}

/* Destination and its length, source and its length, next hop, metric, two counters, flags,
 * interface: all in hexadecimal. */
bool client_machine_read_route6(FILE *file, struct client_route *route)
{
    char line[LINE_SIZE];
    unsigned long least = 0;
    bool found = false;
    while (fgets(line, sizeof line, file) != NULL) {
        char name[IF_NAMESIZE];
        char destination[33];
        char next[33];
        unsigned length;
        unsigned long metric;
        unsigned long flags;
        if (sscanf(line, "%32s %2x %*s %*s %32s %8lx %*s %*s %8lx %15s", destination, &length, next,
                   &metric, &flags, name) != 6 ||
            strspn(destination, "0") != 32 || length != 0 || strlen(next) != 32 ||
            (flags & (ROUTE_UP | ROUTE_GATEWAY)) != (ROUTE_UP | ROUTE_GATEWAY) ||
            (found && metric >= least)) {
            continue;
        }
        found = read_address6(next, route->router, sizeof route->router);
        snprintf(route->interface, sizeof route->interface, "%s", name);
        least = metric;
    }
    return found;
}

bool client_machine_read_wireless(FILE *file, const char *interface, int64_t *signal,
                                  int64_t *quality)
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, file) != NULL) {
        char name[IF_NAMESIZE];
        int link;
        int level;
        /* The numbers have a point behind them, and nothing after it. */
        if (sscanf(line, " %15[^:]: %*x %9d. %9d.", name, &link, &level) == 3 &&
            strcmp(name, interface) == 0) {
            *signal = level;
            *quality = link;
            return true;
        }
    }
    return false;
}

/* ---- interfaces ------------------------------------------------------------------------------ */

static bool read_route(const char *path, bool (*read)(FILE *, struct client_route *),
                       struct client_route *route)
{
    FILE *file = fopen(path, "r");
    bool found = file != NULL && read(file, route);
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static bool is_wireless(const char *interface)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/sys/class/net/%s/wireless", interface);
    return access(path, F_OK) == 0;
}

static int64_t bearer_of(const char *interface)
{
    return is_wireless(interface) ? CLIENT_BEARER_WLAN : CLIENT_BEARER_ETHERNET;
}

static bool has_address(const struct ifaddrs *one)
{
    return one->ifa_addr != NULL && (one->ifa_flags & IFF_UP) != 0 &&
           (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6);
}

/* The interface that a device without a default route speaks by. */
static const char *first_interface(const struct ifaddrs *all)
{
    const char *name = NULL;
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        if (has_address(one) && (one->ifa_flags & IFF_LOOPBACK) == 0) {
            return one->ifa_name;
        }
        if (has_address(one) && name == NULL) {
            name = one->ifa_name;
        }
    }
    return name;
}

static void note_bearer(struct client_network *network, int64_t bearer)
{
    for (size_t i = 0; i < network->bearer_count; i++) {
        if (network->bearers[i] == bearer) {
            return;
        }
    }
    network->bearers[network->bearer_count++] = bearer;
}

static void note_address(struct client_network *network, const struct sockaddr *address,
                         const char *router)
{
    if (network->address_count == CLIENT_ADDRESSES_MAX) {
        return;
    }
    struct client_address *entry = &network->addresses[network->address_count];
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    const char *text;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        text = inet_ntop(AF_INET, &v4.sin_addr, entry->address, sizeof entry->address);
    } else {
        memcpy(&v6, address, sizeof v6);
        text = inet_ntop(AF_INET6, &v6.sin6_addr, entry->address, sizeof entry->address);
    }
    if (text != NULL) {
        snprintf(entry->router, sizeof entry->router, "%s", router);
        network->address_count++;
    }
}

static void read_signal(struct client_network *network, const char *interface)
{
    FILE *file = fopen("/proc/net/wireless", "r");
    if (file != NULL) {
        network->has_signal =
            client_machine_read_wireless(file, interface, &network->signal, &network->quality);
        fclose(file);
    }
}

bool client_machine_network(struct client_network *network)
{
    struct client_route routes[2] = {{"", ""}, {"", ""}}; /* IPv4, IPv6 */
    struct ifaddrs *all;
    memset(network, 0, sizeof *network);
    if (getifaddrs(&all) != 0) {
        return false;
    }
    bool v4 = read_route("/proc/net/route", client_machine_read_route, &routes[0]);
    bool v6 = read_route("/proc/net/ipv6_route", client_machine_read_route6, &routes[1]);
    const char *used = v4 ? routes[0].interface : v6 ? routes[1].interface : first_interface(all);
    for (const struct ifaddrs *one = all; one != NULL && used != NULL; one = one->ifa_next) {
        if (!has_address(one)) {
            continue;
        }
        if ((one->ifa_flags & IFF_LOOPBACK) == 0 || strcmp(one->ifa_name, used) == 0) {
            note_bearer(network, bearer_of(one->ifa_name));
        }
        if (strcmp(one->ifa_name, used) == 0) {
            const struct client_route *route = &routes[one->ifa_addr->sa_family == AF_INET6];
            note_address(network, one->ifa_addr,
                         strcmp(route->interface, used) == 0 ? route->router : "");
        }
    }
    if (used != NULL) {
        network->bearer = bearer_of(used);
        read_signal(network, used);
    }
    freeifaddrs(all);
    return used != NULL;
}
