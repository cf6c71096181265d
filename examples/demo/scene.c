/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "scene.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_SIZE   16u
#define IMAGE_SIZE 65536u

/* Only the owner may read: the files hold keys. */
static bool write_file(const char *path, const char *format, ...)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL) {
        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    bool good = vfprintf(file, format, arguments) >= 0;
    va_end(arguments);
    return fclose(file) == 0 && good;
}

static bool make_key(char hex[DEMO_KEY_HEX])
{
    unsigned char key[KEY_SIZE];
    FILE *random = fopen("/dev/urandom", "rb");
    if (random == NULL) {
        return false;
    }
    setvbuf(random, NULL, _IONBF, 0); /* no more of it than is used, and no copy in a buffer */
    bool good = fread(key, 1, sizeof key, random) == sizeof key;
    (void)fclose(random);
    for (size_t i = 0; good && i < sizeof key; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", key[i]);
    }
    memset(key, 0, sizeof key);
    return good;
}

static bool name_file(char *path, const struct demo_scene *scene, const char *name)
{
    int length = snprintf(path, DEMO_PATH_MAX, "%s/%s", scene->directory, name);
    return length > 0 && (size_t)length < DEMO_PATH_MAX;
}

static bool make_directory(struct demo_scene *scene)
{
    const char *parent = getenv("TMPDIR");
    char path[DEMO_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/loom-demo-XXXXXX",
                          parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    if (length < 0 || (size_t)length + 16 >= sizeof path) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (mkdtemp(path) == NULL) {
        return false;
    }
    memcpy(scene->directory, path, sizeof path);
    return name_file(scene->bootstrap_accounts, scene, "bootstrap.ini") &&
           name_file(scene->server_accounts, scene, "server.ini") &&
           name_file(scene->key_file, scene, "key") && name_file(scene->device, scene, "device") &&
           name_file(scene->firmware, scene, "device/firmware") &&
           name_file(scene->files, scene, "files") && mkdir(scene->device, 0700) == 0 &&
           mkdir(scene->files, 0700) == 0;
}

/* What the device runs, and what it is to run; their digests are their versions. */
static bool make_firmware(const struct demo_scene *scene)
{
    char image[DEMO_PATH_MAX];
    char block[IMAGE_SIZE + 1];
    memset(block, '2', IMAGE_SIZE);
    block[IMAGE_SIZE] = '\0';
    return write_file(scene->firmware, "1") && name_file(image, scene, "files/" DEMO_IMAGE) &&
           write_file(image, "%s", block);
}

const char *demo_scene_build(struct demo_scene *scene)
{
    memset(scene, 0, sizeof *scene);
    if (!make_directory(scene)) {
        return "a temporary directory cannot be made";
    }
    if (!make_firmware(scene)) {
        return "the firmware cannot be written";
    }
    if (!make_key(scene->bootstrap_key) || !make_key(scene->server_key)) {
        return "/dev/urandom gives no keys";
    }
    if (!write_file(scene->key_file, "%s\n", scene->bootstrap_key) ||
        !write_file(scene->server_accounts,
                    "[endpoint " DEMO_ENDPOINT "]\n"
                    "identity = " DEMO_SERVER_IDENTITY "\n"
                    "key = %s\n",
                    scene->server_key)) {
        return "the accounts cannot be written";
    }
    return NULL;
}

const char *demo_scene_write_bootstrap(const struct demo_scene *scene, const char *server_uri)
{
    bool good = write_file(scene->bootstrap_accounts,
                           "[endpoint " DEMO_ENDPOINT "]\n"
                           "identity = " DEMO_BOOTSTRAP_IDENTITY "\n"
                           "key = %s\n"
                           "delete = /\n"
                           "hold-off = 5\n"
                           "\n"
                           "[server " DEMO_SSID "]\n"
                           "uri = %s\n"
                           "identity = " DEMO_SERVER_IDENTITY "\n"
                           "key = %s\n"
                           "lifetime = 300\n"
                           "binding = U\n",
                           scene->bootstrap_key, server_uri, scene->server_key);
    return good ? NULL : "the accounts cannot be written";
}

/* With what the programs have made in it; there is no folder below. */
static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
        (void)rmdir(path);
    }
}

void demo_scene_remove(struct demo_scene *scene)
{
    if (scene->directory[0] != '\0') {
        remove_folder(scene->device);
        remove_folder(scene->files);
        (void)unlink(scene->bootstrap_accounts);
        (void)unlink(scene->server_accounts);
        (void)unlink(scene->key_file);
        (void)rmdir(scene->directory);
    }
    memset(scene, 0, sizeof *scene);
}
