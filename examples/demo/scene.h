/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the demo's programs find when they start: a directory of their own, with accounts and fresh
 * keys that nobody else gets to see.
 */
#ifndef LOOM_DEMO_SCENE_H
#define LOOM_DEMO_SCENE_H

#include <stdbool.h>

#define DEMO_ENDPOINT           "demo"
#define DEMO_BOOTSTRAP_IDENTITY "demo-bootstrap"
#define DEMO_SERVER_IDENTITY    "demo-server"
#define DEMO_SSID               "101"
#define DEMO_IMAGE              "firmware-2.bin" /* in `files` */

#define DEMO_PATH_MAX 1024u
#define DEMO_KEY_HEX  33u /* 16 bytes in hexadecimal, and NUL */

struct demo_scene {
    char directory[DEMO_PATH_MAX]; /**< empty: there is none */
    char bootstrap_accounts[DEMO_PATH_MAX];
    char server_accounts[DEMO_PATH_MAX];
    char key_file[DEMO_PATH_MAX]; /**< of the device, for its bootstrap */
    char device[DEMO_PATH_MAX];   /**< directory: what the device keeps over a restart */
    char firmware[DEMO_PATH_MAX]; /**< in it: what the device runs, so to speak */
    char files[DEMO_PATH_MAX];    /**< directory: what the server gives away */
    char bootstrap_key[DEMO_KEY_HEX];
    char server_key[DEMO_KEY_HEX];
};

/** Makes the directory, the keys, and the files that need no address.
 *  @return NULL, or what did not work; errno says why */
const char *demo_scene_build(struct demo_scene *scene);

/** Writes the accounts of the bootstrap server, which names the other server's address.
 *  @return as demo_scene_build() */
const char *demo_scene_write_bootstrap(const struct demo_scene *scene, const char *server_uri);

/** Removes it all. May be called at any time. */
void demo_scene_remove(struct demo_scene *scene);

#endif
