# The commands of this project, for people and for checks; each installs what it lacks by name, and says so.
.PHONY: build deb test run vm-shell bench clean

build:     ## artifacts/bin/{cgmemd,cgmemctl}: the shipped binaries
	packaging/build

deb:       ## artifacts/cgmemd_VERSION_amd64.deb
	packaging/deb

test:      ## everything: style, unit tests, package, virtual machines; ends with "N passed, N failed"
	tests/run

run:       ## the daemon on this host, or a demonstration in a virtual machine
	packaging/run

vm-shell:  ## a root shell in a virtual machine with the package installed
	tests/vm/shell

bench:     ## what the daemon costs
	tests/bench/run

clean:
	rm -rf artifacts
	find src tests \( -name bin -o -name obj \) -type d -prune -exec rm -rf {} +
