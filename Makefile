# SPDX-License-Identifier: Apache-2.0
# The everyday commands; the work is CMake's (see CMakePresets.json) and that of deps/. What can be given
# as VARIABLE=VALUE is listed in deps/steps.sh, such as BUILD=DIR for a tree that cannot be written to.

.PHONY: build demo serve test sim mutants bench bench-core bench-generator bench-servers bench-fleet bench-scale nodes fuzz docs format regenerate clean distclean help

build: ## Install what is needed and build everything into build/
	@deps/steps.sh build

demo: export CALLED_FROM := $(PWD)
demo: ## Run the demo; OBJECT=path/to/object.xml adds that object to its device, PAGE=1 ends with the pages
	@deps/steps.sh demo

serve: ## Run both servers with their pages and DEVICES devices (default 10), until Ctrl-C
	@deps/steps.sh serve

test: ## Build and run all tests, plain and under the sanitizers
	@deps/steps.sh test

sim: ## Run SEEDS simulated stories (default 5000), the first with seed SEED_BASE (default 1)
	@deps/steps.sh sim

mutants: ## Look for seeds that catch the deliberate faults (tests/sim/mutants), SEEDS at most
	@deps/steps.sh mutants

bench: ## Show the size of the core and the programs, bench-generator, and what each feature costs
	@deps/steps.sh bench

bench-core: ## Measure the core: flash, RAM and stack on a Cortex-M4, instructions
	@deps/steps.sh bench-core

bench-generator: ## Measure loomc; PEER='command' puts another generator beside it
	@deps/steps.sh bench-generator

bench-servers: ## Measure loom-server with DEVICES devices (default 20000)
	@deps/steps.sh bench-servers

bench-fleet: ## Measure loom-server with a store and REST with 100,000 devices, and kill it
	@deps/steps.sh bench-fleet

bench-scale: ## Simulate fleets of many servers (docs/scale.md)
	@deps/steps.sh bench-scale

nodes: ## Kill nodes and their database, and pull cables, for MINUTES (default 10)
	@deps/steps.sh nodes

fuzz: ## Fuzz each harness for FUZZ_SECONDS (default 600)
	@deps/steps.sh fuzz

format: ## Format all C files that people write
	@tests/checks/clang_format.sh . --fix

docs: build ## Make pages of the public headers, by Doxygen
	@cmake --build $(or $(BUILD),.)/build --target api-docs

regenerate: build ## Write generated/, loom/standard_ids.h and the generated pages of docs/ again
	@cmake --build $(or $(BUILD),.)/build --target regenerate

BUILT := build build-asan build-release build-sim build-cortex-m4

clean: ## Remove what was built
	rm -rf $(BUILT:%=$(or $(BUILD),.)/%)

distclean: clean ## Remove libcoap and mbedTLS too
	rm -rf $(if $(BUILD),$(BUILD)/deps,.deps)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
