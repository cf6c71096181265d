/* SPDX-License-Identifier: Apache-2.0 */
#include "buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct loomc_buffer *buffer, size_t more)
{
    if (more >= SIZE_MAX / 2 - buffer->length) {
        loomc_out_of_memory();
    }
    size_t wanted = buffer->length + more + 1;

    if (wanted <= buffer->room) {
        return;
    }
    size_t room = buffer->room == 0 ? 256 : buffer->room;

    while (room < wanted) {
        room *= 2;
    }
    char *data = realloc(buffer->data, room);

    if (data == NULL) {
        loomc_out_of_memory();
    }
    buffer->data = data;
    buffer->room = room;
}

void loomc_put(struct loomc_buffer *buffer, const char *data, size_t length)
{
    reserve(buffer, length);
    if (length > 0) {
        memcpy(buffer->data + buffer->length, data, length);
    }
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void loomc_put_text(struct loomc_buffer *buffer, const char *text)
{
    loomc_put(buffer, text, strlen(text));
}

void loomc_put_char(struct loomc_buffer *buffer, char c)
{
    loomc_put(buffer, &c, 1);
}

void loomc_put_format(struct loomc_buffer *buffer, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    reserve(buffer, (size_t)length);
    va_start(list, format);
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, list);
    va_end(list);
    buffer->length += (size_t)length;
}

void loomc_put_bit(struct loomc_buffer *buffer, size_t *count, bool set, const char *constant)
{
    if (set) {
        loomc_put_text(buffer, *count > 0 ? " | " : "");
        loomc_put_text(buffer, constant);
        ++*count;
    }
}

void loomc_buffer_free(struct loomc_buffer *buffer)
{
    free(buffer->data);
    buffer->data = NULL;
    buffer->length = 0;
    buffer->room = 0;
}
