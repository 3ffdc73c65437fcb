# The door: everything a newcomer types. The build itself is CMake's (CMakeLists.txt, CMakePresets.json); what the
# targets do beyond calling it is in scripts/.
#
#   make run SRC=~/my/project      reports, a picture and a plan for a Python tree, into out/
#   make test                      build and test

PRESET ?= release
SRC ?= examples
OUT ?= out
PREFIX ?= /usr/local
DESTDIR ?=
CMAKE_ARGS ?=
JOBS ?=
BUILD := build/$(PRESET)
NINJA_JOBS := $(if $(JOBS),--parallel $(JOBS))
CTEST_JOBS := --parallel $(if $(JOBS),$(JOBS),$$(getconf _NPROCESSORS_ONLN))

# A value as one word of the shell, whatever it holds: SRC may have spaces, quotes or dollar signs.
quote = '$(subst ','\'',$(value $(1)))'

.DEFAULT_GOAL := help
.PHONY: help setup build run test check install clean distclean

help: ## show this list
	@printf 'Targets (make run and make test do all that comes before them):\n'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-14s %s\n' "$$name" "$$text"; done
	@printf 'Variables: SRC=path (what to read, default examples)  OUT=folder (default out)  PREFIX=/usr/local  DESTDIR=\n'
	@printf '           PRESET=release|dev|asan|tsan|coverage  CMAKE_ARGS="-D..."  JOBS=n\n'

setup: ## install what is missing: Debian packages and the two locked npm packages
	@scripts/setup.sh

$(BUILD)/build.ninja: | setup
	@cmake --preset $(PRESET) $(CMAKE_ARGS)

configure: setup $(if $(CMAKE_ARGS),,$(BUILD)/build.ninja)
	@$(if $(CMAKE_ARGS),cmake --preset $(PRESET) $(CMAKE_ARGS),:)
.PHONY: configure

build: configure ## build onedef and onedef-draw (PRESET=release)
	@cmake --build --preset $(PRESET) $(NINJA_JOBS) --target programs

run: build ## index SRC and write findings, a picture, a graph and a plan into OUT
	@ONEDEF=$(BUILD)/onedef scripts/run.sh $(call quote,SRC) $(call quote,OUT)

test: configure ## build everything and run the tests
	@cmake --build --preset $(PRESET) $(NINJA_JOBS)
	@ctest --preset $(PRESET) $(CTEST_JOBS)

check: ## all that .ci/run proves: tests, sanitizers, formatting, layers, documentation
	@.ci/run

install: build ## install below PREFIX (default /usr/local; DESTDIR is honoured)
	@cmake --build --preset $(PRESET) $(NINJA_JOBS)
	@DESTDIR=$(call quote,DESTDIR) cmake --install $(BUILD) --prefix $(call quote,PREFIX)

clean: ## remove what was built and what make run wrote
	rm -rf build out

distclean: clean ## also remove the downloaded npm packages
	rm -rf node_modules
