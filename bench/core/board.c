/* SPDX-License-Identifier: Apache-2.0 */
/* The operations on a Cortex-M4 in QEMU: paints the stack before each, and prints its name and how
 * many bytes of the paint are gone, or that the product refused it. Output goes to the debugger
 * (semihosting). */
#include "measure.h"

#include <stdint.h>
#include <string.h>

#define PAINT       0xa5u
#define PAINT_BYTES 8192u

enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18 };
#define STOPPED_EXIT 0x20026u

static uintptr_t debugger(unsigned operation, uintptr_t argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void print(const char *text)
{
    debugger(SYS_WRITE0, (uintptr_t)text);
}

static void print_number(unsigned number)
{
    char digits[12];
    char *digit = digits + sizeof digits;

    *--digit = '\0';
    do {
        *--digit = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(digit);
}

/* Where the painted part ends: the stack of the one who calls the operation. */
static volatile uint8_t *top;

static volatile uint8_t *stack_pointer(void)
{
    uintptr_t pointer;
    __asm__ volatile("mov %0, sp" : "=r"(pointer));
    return (volatile uint8_t *)pointer;
}

static void paint(const char *name)
{
    (void)name;
    top = stack_pointer();
    for (size_t i = 1; i <= PAINT_BYTES; i++) {
        top[-(ptrdiff_t)i] = PAINT;
    }
}

static void report(const char *name, bool good)
{
    size_t used = PAINT_BYTES;

    while (used > 0 && top[-(ptrdiff_t)used] == PAINT) {
        used--;
    }
    print(name);
    print(" ");
    if (good) {
        print_number((unsigned)used);
    } else {
        print("refused");
    }
    print("\n");
}

int main(void)
{
    static const struct measure measure = {.repeats = 1, .begin = paint, .end = report};

    measure_all(&measure);
    print("ram.observation ");
    print_number(measure_observation());
    print("\n");
    debugger(SYS_EXIT, STOPPED_EXIT);
    return 0;
}
