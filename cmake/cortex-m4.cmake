# SPDX-License-Identifier: Apache-2.0
# Toolchain for a bare Cortex-M4: Debian's gcc-arm-none-eabi with newlib's headers.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # nothing here can link a program
# -ffreestanding alone turns builtins off: each copy of two bytes is then a call of memcpy().
set(CMAKE_C_FLAGS_INIT
    "-mcpu=cortex-m4 -mthumb -ffreestanding -fbuiltin -ffunction-sections -fdata-sections")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
