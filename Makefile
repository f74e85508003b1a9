# SPDX-License-Identifier: GPL-2.0
#
# make                  vswitch.ko, vmkctl and what QEMU and libvirt need
# make module           vswitch.ko alone, in build/mod/NAME/kmod
# make install          them into the machine (PREFIX=/usr/local, DESTDIR=)
# make uninstall        takes out again exactly what that put there
# make deb              Debian packages, in build/deb
# make demo             two guests on one trunk, and what an administrator would see of it
# make check            all checks and tests, on 6.1 and 6.12
# make check-all        on every kernel, with the packages, with machines, and the quick start as printed
# make check-quickstart the README's quick start, pasted line by line by a newcomer
# make lint             only the checks that need no guest
# make check-packages   installs, boots, upgrades and purges the packages in a guest (10 min)
# make check-bench      tests of the bench itself
# make bench            what a frame costs, in instructions, beside other switches of Linux
#                       (CASES="vmk broadcast" are those whose names have that)
# make bench-check      the same, and that it is within selftests/bench/budget
# make bench-scale      what 127 switches, 512 port groups and 4088 ports take to make and to read
# make bench-processors whether two processors forward twice as much as one
# make check-failover   failover under load, side by side with Linux bonding
# make check-vm         virtual machines of QEMU and of libvirt on the switch
# make check-matrix     all tests on 6.1, 6.12 and 7.3, for which the module builds without a warning
# make check-debug      all tests, and those for it alone, on a kernel that finds faults
# make coverage         the same, then what of the module's code they ran through
# make fuzz             2 million netlink messages and 5 million frames, on that kernel
#                       (MESSAGES= and FRAMES= are other numbers, VSW_SEED= makes others)
# make soak             ten minutes of traffic while all changes, on that kernel (SECONDS=)
# make mutants          plants faults in the module; the tests are to catch each
# make gen              uapi/linux/vswitch.h from uapi/vswitch.yaml
# make clean distclean  the latter also removes the fetched kernels
#
# KDIR=FOLDER  build for these kernel headers
# KVER=K       or for one of the bench's kernels: 6.1, 6.12, 7.3, debug. The default are the running
#              kernel's headers or, if they are not installed, 6.1.
# check:       KERNELS="6.1 6.12" and TESTS="vlan.sh cli.sh" narrow it

running := $(shell uname -r)

ifdef KVER
name := $(KVER)
override KDIR :=
else ifdef KDIR
name := custom
else ifneq ($(wildcard /lib/modules/$(running)/build/Makefile),)
name := running
KDIR := /lib/modules/$(running)/build
else
name := 6.1
endif

PREFIX ?= /usr/local
build := KDIR=$(KDIR) selftests/vm/build $(name) $(if $(V),V=$(V),-s)

all: module vmkctl helpers
	ln -sfn ../build/mod/$(name)/kmod/vswitch.ko kmod/vswitch.ko

packages:
	@tools/packages

module: packages
	@$(build)

vmkctl: packages
	@mkdir -p build
	+umask 022 && flock build/.lock.vmkctl $(MAKE) -C tools/vmkctl

# By which QEMU and libvirt use the switch.
helpers: packages
	@mkdir -p build
	+umask 022 && flock build/.lock.helpers $(MAKE) -C tools/vm

install: all
	KDIR=$(KDIR) tools/install $(name) "$(PREFIX)" "$(DESTDIR)"

uninstall:
	tools/install --remove "$(PREFIX)" "$(DESTDIR)"

deb: packages
	tools/deb

# What a guest with kernel KVER wants.
guest: module vmkctl helpers fuzzers
	@selftests/vm/fetch source
	@selftests/vm/nested

fuzzers: packages
	@mkdir -p build
	+@flock build/.lock.fuzz $(MAKE) -s -C selftests/fuzz O=$(CURDIR)/build/fuzz

gen: packages
	tools/gen-uapi

lint: packages
	tools/lint

deps: packages
	selftests/vm/build 6.1 -s
	tools/deps

check: packages
	selftests/vm/check

check-packages: packages
	selftests/package/run

# What takes an hour.
check-all: lint
	$(MAKE) check-matrix
	$(MAKE) check-vm
	$(MAKE) check-packages
	$(MAKE) check-quickstart

check-bench: packages
	selftests/vm/selftest

check-quickstart: packages
	$(MAKE) guest KVER=6.1
	selftests/vm/quickstart

check-vm: packages
	selftests/vm/check vm

check-matrix: packages
	selftests/vm/check matrix

check-debug: packages
	selftests/vm/check debug

coverage: packages
	status=0; selftests/vm/check debug || status=1; selftests/vm/coverage || status=1; \
		exit $$status

# Long runs, on the debug kernel: for how many seconds, variables, program.
# The program is to end before its guest is ended, so that it tells what it has seen.
long = selftests/vm/run --kernel debug $(4) --timeout $$(($(1) + 120)) -- env VSW_LIMIT=$(1) \
	VSW_SEED=$(or $(VSW_SEED),1) $(2) selftests/vm/run-tests $(3)

fuzz: fuzz-netlink fuzz-frames

fuzz-netlink: packages
	$(call long,14400,VSW_FUZZ_MESSAGES=$(or $(MESSAGES),2000000),fuzz_netlink.py,\
		--append kmemleak=off --recorder 64)

fuzz-frames: packages
	$(call long,14400,VSW_FUZZ_FRAMES=$(or $(FRAMES),5000000),fuzz_frames.py,--append kmemleak=off)

soak: packages
	$(call long,3600,VSW_SOAK=$(or $(SECONDS),600),soak.py)

mutants: packages
	selftests/vm/mutants

check-failover: packages
	$(MAKE) guest KVER=6.1
	selftests/vm/run --timeout 900 -- selftests/bench/failover

bench: packages
	mkdir -p build/bench
	for kernel in 6.1 6.12; do \
		echo "# kernel $$kernel" && \
		selftests/vm/run --kernel $$kernel --icount --timeout 1800 --results build/bench \
			-- sh -c "selftests/bench/cost --json \$$RESULTS/$$kernel.json \
				$(BUDGET) $(CASES)" || exit; \
	done

bench-check:
	$(MAKE) bench BUDGET="--budget selftests/bench/budget"

bench-scale: packages
	selftests/vm/run --icount --timeout 1800 -- selftests/bench/scale

bench-processors: packages
	selftests/vm/run --timeout 600 -- selftests/bench/processors

demo: packages
	$(MAKE) guest KVER=6.1
	selftests/demo/run

clean:
	rm -rf build/mod build/run build/check build/bench build/demo build/deb kmod/vswitch.ko
	$(MAKE) -C tools/vmkctl clean
	$(MAKE) -C tools/vm clean

distclean: clean
	rm -rf build

.PHONY: all packages module vmkctl helpers install uninstall deb guest fuzzers gen lint deps check \
	check-all check-packages check-quickstart check-bench check-vm check-matrix check-debug coverage fuzz fuzz-netlink \
	fuzz-frames soak mutants check-failover bench bench-check bench-scale \
	bench-processors demo clean distclean
